#!/usr/bin/env pwsh
# The verbs of this repository. Each line also works typed by hand; build.sh has the same verbs.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
Set-Location $PSScriptRoot
$env:DOTNET_CLI_TELEMETRY_OPTOUT = 1; $env:DOTNET_NOLOGO = 1
$verb = if ($args.Count) { $args[0] } else { 'help' }
$options = @($args | Select-Object -Skip 1)

$thisRid = 'linux-' + [Runtime.InteropServices.RuntimeInformation]::OSArchitecture.ToString().ToLower()
function Find($name) { [bool](Get-Command $name -ErrorAction SilentlyContinue) }
function Need($name, $how) { if (-not (Find $name)) { [Console]::Error.WriteLine("build.ps1: '$name' is missing. Install it with: $how"); exit 3 } }
function Need-Dotnet { Need dotnet 'see https://dotnet.microsoft.com/download/dotnet/10.0 (package dotnet-sdk-10.0)' }
function Wish($name, $how, $effect) { if (-not (Find $name)) { [Console]::Error.WriteLine("build.ps1: '$name' is missing, so $effect. Install it with: $how") } }

# The collector as shipped, native; or for the shared runtime, compiled ahead of time if the compiler package can be restored.
function Publish-Collector($rid, $target, $framework) {
  $ways = if ($framework) { 'PublishReadyToRun=true', 'PublishReadyToRun=false' } else { 'NativeCollector=true' }
  foreach ($way in $ways) {
    try { dotnet restore collector -r $rid "-p:$way" -v quiet | Out-Null; break } catch { }
  }
  "==> Publishing the collector for $rid with $way…"
  Remove-Item $target/collector -Recurse -Force -ErrorAction Ignore
  dotnet publish collector -c Release -r $rid "-p:$way" -o $target/collector -v quiet
}

# What compiles natively: an old C library if it can be fetched, and the tools for a board on another kind of machine.
function Need-Native($rid) {
  Need clang 'apt-get install clang zlib1g-dev'
  try { ./packaging/sysroot $rid } catch { [Console]::Error.WriteLine('build.ps1: continuing without it.') }
  if ($rid -eq $thisRid) { return }
  Need ld.lld 'apt-get install lld'
  Need llvm-objcopy 'apt-get install llvm'
  if (-not (Test-Path "artifacts/sysroot/$rid/stamp") -and -not (Test-Path /usr/aarch64-linux-gnu/lib/libc.so.6)) {
    [Console]::Error.WriteLine("build.ps1: the libraries for $rid are missing. Install them with: apt-get install libc6-dev-arm64-cross libgcc-12-dev-arm64-cross"); exit 3
  }
}

switch ($verb) {
'run' { # A collector and an agent on this machine; Ctrl-C stops both.
  Need-Dotnet; Wish npm 'apt-get install nodejs npm' 'the live page is not built'
  '==> Building…'
  dotnet build tests/NodeTelemetry.Demo -c Release -v quiet
  dotnet artifacts/bin/NodeTelemetry.Demo/release/NodeTelemetry.Demo.dll run @options
}
'demo' { # A collector and a simulated cluster of 24 nodes; Ctrl-C stops it.
  Need-Dotnet; Wish npm 'apt-get install nodejs npm' 'the live page is not built'
  '==> Building…'
  dotnet build tests/NodeTelemetry.Demo -c Release -v quiet
  dotnet artifacts/bin/NodeTelemetry.Demo/release/NodeTelemetry.Demo.dll demo @options
}
'test' { # Everything that is checked: format, warnings, unit, end to end, native, OpenSearch, browser.
  Need-Dotnet
  if ($options -and $options[0] -eq '--long') { # With the long forms, some hours; CONTRIBUTING.md says what they are.
    $options = @($options | Select-Object -Skip 1)
    $env:NODETELEMETRY_SIMULATED_NODE_DAYS = 365; $env:NODETELEMETRY_SOAK_SAMPLES = 86400; $env:NODETELEMETRY_ORACLE_KILLS = 100
    $env:NODETELEMETRY_TEST_OUTAGE = 300; $env:NODETELEMETRY_TEST_INTERVAL = 1000; $env:NODETELEMETRY_TEST_KILLS = 100; $env:NODETELEMETRY_TEST_REPRODUCIBLE = 1; $env:NODETELEMETRY_TEST_STATIC = 1
    $env:NODETELEMETRY_TEST_REMOVAL = 150
  }
  Wish npm 'apt-get install nodejs npm' 'the page and its tests are skipped'
  Wish chromium 'apt-get install chromium' 'the browser tests are skipped'
  Wish ip 'apt-get install iproute2' 'the tests with several hosts are skipped'
  Wish clang 'apt-get install clang zlib1g-dev' 'the native tests are skipped'
  Wish ld.lld 'apt-get install lld llvm' 'the programs for 64-bit ARM are not tested'
  Wish qemu-aarch64-static 'apt-get install qemu-user-static' 'the programs for 64-bit ARM are not tested'
  Wish mono 'apt-get install mono-runtime libmono-posix4.0-cil libmono-system-core4.0-cil libmono-system-numerics4.0-cil' 'the agent for Mono is not tested'
  Wish java 'apt-get install openjdk-17-jre-headless' 'the tests with a real OpenSearch are skipped'
  Wish prometheus 'apt-get install prometheus prometheus-alertmanager' 'the tests with a real Prometheus are skipped'
  Wish qemu-system-x86_64 'apt-get install qemu-system-x86 gcc make && tests/machine/prepare' 'the tests with a real I2C bus are skipped'
  Wish dh_installsysusers 'apt-get install debhelper dpkg-dev lintian' 'the Debian packages are not tested'
  Wish systemd-nspawn 'apt-get install systemd-container mmdebstrap && tests/guest/prepare' 'packages are not installed on a booted system'
  Wish reprepro 'apt-get install reprepro gpg' 'the apt repository and the release are not tested'
  Wish podman 'apt-get install podman runc' 'the images are not run by podman'
  Wish dockerd 'apt-get install docker.io' 'the images are not run by Docker, and the stacks for Swarm are not tested'
  Wish unzip 'apt-get install unzip && tests/helm/prepare' 'the Helm chart is not tested'
  Wish makepkg 'apt-get install makepkg pacman-package-manager libarchive-tools' 'the package for Arch Linux is not tested'
  Wish ansible-lint 'apt-get install ansible ansible-lint openssh-client' 'the Ansible roles are not tested'
  Wish shellcheck 'apt-get install shellcheck' 'the scripts are not checked'
  Wish qemu-system-aarch64 'apt-get install qemu-system-arm && tests/machine/prepare-arm64' 'the test on an emulated board is skipped'
  Wish arm-linux-gnueabi-gcc 'apt-get install gcc-arm-linux-gnueabi && tests/machine/prepare-zero' 'the agent for 32-bit ARM is not tested'
  Wish git 'apt-get install git' 'the rules for commits are not checked'
  Wish zsh 'apt-get install zsh' 'its completion script is not checked'
  Wish fish 'apt-get install fish' 'its completion script is not checked'
  Wish systemd-analyze 'apt-get install systemd dbus' 'the tests with systemd are skipped'
  Wish dbus-daemon 'apt-get install systemd dbus' 'the tests with systemd are skipped'
  '==> Checking the format…'
  dotnet restore NodeTelemetry.sln -v quiet
  dotnet format NodeTelemetry.sln --verify-no-changes --no-restore
  '==> Building…'
  dotnet build NodeTelemetry.sln --no-restore -v quiet
  if (Find clang) {
    Need-Native $thisRid
    '==> Compiling agent and collector natively…'
    dotnet publish agent -c Release -r $thisRid -p:NativeAgent=true -v quiet
    dotnet publish collector -c Release -r $thisRid -p:NativeCollector=true -v quiet
    if ($thisRid -eq 'linux-x64' -and (Find ld.lld) -and (Find llvm-objcopy)) {
      Need-Native linux-arm64
      '==> Compiling agent and collector for 64-bit ARM…'
      dotnet publish agent -c Release -r linux-arm64 -p:NativeAgent=true -v quiet
      dotnet publish collector -c Release -r linux-arm64 -p:NativeCollector=true -v quiet
    }
  }
  if (Find qemu-arm-static) {
    ./packaging/mono/build artifacts/publish/linux-armel/agent
    if ($LASTEXITCODE) { [Console]::Error.WriteLine('build.ps1: the agent for 32-bit ARM is not tested') }
  }
  '==> Testing…'
  dotnet test --solution NodeTelemetry.sln --no-build --max-parallel-test-modules 1 @options
}
'publish' { # Agent and collector, native, for this kind of machine or linux-arm64; linux-armel: the agent for 32-bit ARM; --framework: the collector for ASP.NET Core's runtime; --static: only an agent without libraries.
  if ($options -and $options[0] -eq '--static') {
    Need-Dotnet; Need clang 'apt-get install clang zlib1g-dev'; Need ld.lld 'apt-get install lld'
    $rid = if ($options.Count -gt 1) { $options[1] } else { $thisRid }
    "==> Publishing a static agent for $rid…"
    dotnet publish agent -c Release -r $rid -p:NativeAgent=true -p:StaticExecutable=true -o artifacts/publish/static-$rid -v quiet
    Get-Item artifacts/publish/static-$rid/nodetelemetry-agent | ForEach-Object { '{0,12:N0} {1}' -f $_.Length, $_.FullName }
    return
  }
  $framework = $options -and $options[0] -eq '--framework'
  if ($framework) { $options = @($options | Select-Object -Skip 1) }
  Need-Dotnet
  Wish npm 'apt-get install nodejs npm' 'the collector is published without its page'
  $rid = if ($options) { $options[0] } else { $thisRid }
  if ($rid -eq 'linux-armel') {
    if (-not $IsLinux) { [Console]::Error.WriteLine('build.ps1: the agent for 32-bit ARM is laid out on Linux, with: ./build.sh publish linux-armel'); exit 3 }
    ./packaging/mono/build artifacts/publish/linux-armel/agent
    exit $LASTEXITCODE
  }
  Need-Native $rid
  $target = if ($rid -eq $thisRid) { 'artifacts/publish' } else { "artifacts/publish/$rid" }
  "==> Publishing the agent for $rid…"
  Remove-Item $target/agent -Recurse -Force -ErrorAction Ignore
  dotnet publish agent -c Release -r $rid -p:NativeAgent=true -o $target/agent -v quiet
  Publish-Collector $rid $target $framework
  Get-Item $target/agent/nodetelemetry-agent, $target/collector/nodetelemetry-collector |
    ForEach-Object { '{0,12:N0} {1}' -f $_.Length, $_.FullName }
}
'package' { # Debian packages of the agent and the collector for amd64 and arm64, into artifacts/packages/.
  if (-not $IsLinux) { [Console]::Error.WriteLine('build.ps1: packages are built on Linux, with: ./build.sh package'); exit 3 }
  ./packaging/package @options
}
'release' { # Packages, apt repository, archive, PKGBUILD, SBOM and signed checksums, into artifacts/release/ or the named folder.
  if (-not $IsLinux) { [Console]::Error.WriteLine('build.ps1: releases are built on Linux, with: ./build.sh release'); exit 3 }
  ./packaging/release @options
}
'image' { # Container images of the agent and the collector for amd64 and arm64, into artifacts/images/.
  if (-not $IsLinux) { [Console]::Error.WriteLine('build.ps1: images are built on Linux, with: ./build.sh image'); exit 3 }
  ./packaging/images @options
}
'bench' { # A benchmark by its name, beside references in the same run; without a name: which there are.
  Need-Dotnet
  if ($options -and $options[0] -in 'opensearch', 'outage', 'memory', 'idle', 'ingest', 'scale') { Need-Native $thisRid; Publish-Collector $thisRid artifacts/publish }
  dotnet build tests/NodeTelemetry.Benchmarks -c Release -v quiet
  dotnet artifacts/bin/NodeTelemetry.Benchmarks/release/NodeTelemetry.Benchmarks.dll @options
}
default {
  'usage: ./build.ps1 VERB [options]'
  Select-String -Path $PSCommandPath -Pattern "^'([a-z]+)' \{ # (.*)" | ForEach-Object { "  {0}`t{1}" -f $_.Matches[0].Groups[1].Value, $_.Matches[0].Groups[2].Value }
  if ($verb -ne 'help') { exit 64 }
}
}
