#!/usr/bin/env bash
# The verbs of this repository. Each line also works typed by hand; build.ps1 has the same verbs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
verb=${1:-help}
[[ $# -gt 0 ]] && shift

need() { command -v "$1" >/dev/null || { echo "build.sh: '$1' is missing. Install it with: $2" >&2; exit 3; }; }
need_dotnet() { need dotnet 'see https://dotnet.microsoft.com/download/dotnet/10.0 (package dotnet-sdk-10.0)'; }
this_rid=linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/; s/armv7l/arm/')
wish() { command -v "$1" >/dev/null || echo "build.sh: '$1' is missing, so $3. Install it with: $2" >&2; }

# The collector as shipped, native; or for the shared runtime, compiled ahead of time if the compiler package can be restored.
publish_collector() {
  local rid=$1 target=$2/collector way=NativeCollector=true
  if [[ ${3:-} == --framework ]]; then
    for way in PublishReadyToRun=true PublishReadyToRun=false; do
      ! dotnet restore collector -r "$rid" "-p:$way" -v quiet >/dev/null || break
    done
  fi
  echo "==> Publishing the collector for $rid with $way…"
  rm -rf "$target"
  dotnet publish collector -c Release -r "$rid" "-p:$way" -o "$target" -v quiet
}

# What compiles natively: an old C library if it can be fetched, and the tools for a board on another kind of machine.
need_native() {
  need clang 'apt-get install clang zlib1g-dev'
  packaging/sysroot "$1" || echo 'build.sh: continuing without it.' >&2
  [[ $1 != "$this_rid" ]] || return 0
  need ld.lld 'apt-get install lld'
  need llvm-objcopy 'apt-get install llvm'
  [[ -e artifacts/sysroot/$1/stamp || -e /usr/aarch64-linux-gnu/lib/libc.so.6 ]] \
    || { echo "build.sh: the libraries for $1 are missing. Install them with: apt-get install libc6-dev-arm64-cross libgcc-12-dev-arm64-cross" >&2; exit 3; }
}

case $verb in
run) # A collector and an agent on this machine; Ctrl-C stops both.
  need_dotnet; wish npm 'apt-get install nodejs npm' 'the live page is not built'
  echo '==> Building…'
  dotnet build tests/NodeTelemetry.Demo -c Release -v quiet
  exec dotnet artifacts/bin/NodeTelemetry.Demo/release/NodeTelemetry.Demo.dll run "$@"
  ;;
demo) # A collector and a simulated cluster of 24 nodes; Ctrl-C stops it.
  need_dotnet; wish npm 'apt-get install nodejs npm' 'the live page is not built'
  echo '==> Building…'
  dotnet build tests/NodeTelemetry.Demo -c Release -v quiet
  exec dotnet artifacts/bin/NodeTelemetry.Demo/release/NodeTelemetry.Demo.dll demo "$@"
  ;;
test) # Everything that is checked: format, warnings, unit, end to end, native, OpenSearch, browser.
  need_dotnet
  if [[ ${1:-} == --long ]]; then # With the long forms, some hours; CONTRIBUTING.md says what they are.
    shift
    export NODETELEMETRY_SIMULATED_NODE_DAYS=365 NODETELEMETRY_SOAK_SAMPLES=86400 NODETELEMETRY_ORACLE_KILLS=100
    export NODETELEMETRY_TEST_OUTAGE=300 NODETELEMETRY_TEST_INTERVAL=1000 NODETELEMETRY_TEST_KILLS=100 NODETELEMETRY_TEST_REPRODUCIBLE=1 NODETELEMETRY_TEST_STATIC=1
    export NODETELEMETRY_TEST_REMOVAL=150
  fi
  wish npm 'apt-get install nodejs npm' 'the page and its tests are skipped'
  wish chromium 'apt-get install chromium' 'the browser tests are skipped'
  wish ip 'apt-get install iproute2' 'the tests with several hosts are skipped'
  wish clang 'apt-get install clang zlib1g-dev' 'the native tests are skipped'
  wish ld.lld 'apt-get install lld llvm' 'the programs for 64-bit ARM are not tested'
  wish qemu-aarch64-static 'apt-get install qemu-user-static' 'the programs for 64-bit ARM are not tested'
  wish mono 'apt-get install mono-runtime libmono-posix4.0-cil libmono-system-core4.0-cil libmono-system-numerics4.0-cil' 'the agent for Mono is not tested'
  wish java 'apt-get install openjdk-17-jre-headless' 'the tests with a real OpenSearch are skipped'
  wish prometheus 'apt-get install prometheus prometheus-alertmanager' 'the tests with a real Prometheus are skipped'
  wish qemu-system-x86_64 'apt-get install qemu-system-x86 gcc make && tests/machine/prepare' 'the tests with a real I2C bus are skipped'
  wish dh_installsysusers 'apt-get install debhelper dpkg-dev lintian' 'the Debian packages are not tested'
  wish systemd-nspawn 'apt-get install systemd-container mmdebstrap && tests/guest/prepare' 'packages are not installed on a booted system'
  wish reprepro 'apt-get install reprepro gpg' 'the apt repository and the release are not tested'
  wish podman 'apt-get install podman runc' 'the images are not run by podman'
  wish dockerd 'apt-get install docker.io' 'the images are not run by Docker, and the stacks for Swarm are not tested'
  wish unzip 'apt-get install unzip && tests/helm/prepare' 'the Helm chart is not tested'
  wish makepkg 'apt-get install makepkg pacman-package-manager libarchive-tools' 'the package for Arch Linux is not tested'
  wish ansible-lint 'apt-get install ansible ansible-lint openssh-client' 'the Ansible roles are not tested'
  wish shellcheck 'apt-get install shellcheck' 'the scripts are not checked'
  wish qemu-system-aarch64 'apt-get install qemu-system-arm && tests/machine/prepare-arm64' 'the test on an emulated board is skipped'
  wish arm-linux-gnueabi-gcc 'apt-get install gcc-arm-linux-gnueabi && tests/machine/prepare-zero' 'the agent for 32-bit ARM is not tested'
  wish git 'apt-get install git' 'the rules for commits are not checked'
  wish zsh 'apt-get install zsh' 'its completion script is not checked'
  wish fish 'apt-get install fish' 'its completion script is not checked'
  wish systemd-analyze 'apt-get install systemd dbus' 'the tests with systemd are skipped'
  wish dbus-daemon 'apt-get install systemd dbus' 'the tests with systemd are skipped'
  echo '==> Checking the format…'
  dotnet restore NodeTelemetry.sln -v quiet
  dotnet format NodeTelemetry.sln --verify-no-changes --no-restore
  echo '==> Building…'
  dotnet build NodeTelemetry.sln --no-restore -v quiet
  if command -v clang >/dev/null; then
    (need_native "$this_rid")
    echo '==> Compiling agent and collector natively…'
    dotnet publish agent -c Release -r "$this_rid" -p:NativeAgent=true -v quiet
    dotnet publish collector -c Release -r "$this_rid" -p:NativeCollector=true -v quiet
    if [[ $this_rid == linux-x64 ]] && (need_native linux-arm64); then
      echo '==> Compiling agent and collector for 64-bit ARM…'
      dotnet publish agent -c Release -r linux-arm64 -p:NativeAgent=true -v quiet
      dotnet publish collector -c Release -r linux-arm64 -p:NativeCollector=true -v quiet
    fi
  fi
  if command -v qemu-arm-static >/dev/null; then
    packaging/mono/build artifacts/publish/linux-armel/agent || echo 'build.sh: the agent for 32-bit ARM is not tested' >&2
  fi
  echo '==> Testing…'
  dotnet test --solution NodeTelemetry.sln --no-build --max-parallel-test-modules 1 "$@"
  ;;
publish) # Agent and collector, native, for this kind of machine or linux-arm64; linux-armel: the agent for 32-bit ARM; --framework: the collector for ASP.NET Core's runtime; --static: only an agent without libraries.
  if [[ ${1:-} == --static ]]; then
    need_dotnet; need clang 'apt-get install clang zlib1g-dev'; need ld.lld 'apt-get install lld'
    rid=${2:-$this_rid}
    echo "==> Publishing a static agent for $rid…"
    dotnet publish agent -c Release -r "$rid" -p:NativeAgent=true -p:StaticExecutable=true -o "artifacts/publish/static-$rid" -v quiet
    ls -lh "artifacts/publish/static-$rid/nodetelemetry-agent"
    exit
  fi
  framework=
  [[ ${1:-} != --framework ]] || { framework=$1; shift; }
  need_dotnet
  wish npm 'apt-get install nodejs npm' 'the collector is published without its page'
  rid=${1:-$this_rid}
  [[ $rid != linux-armel ]] || exec packaging/mono/build artifacts/publish/linux-armel/agent
  need_native "$rid"
  target=artifacts/publish
  [[ $rid == "$this_rid" ]] || target+=/$rid
  echo "==> Publishing the agent for $rid…"
  rm -rf "$target/agent"
  dotnet publish agent -c Release -r "$rid" -p:NativeAgent=true -o "$target/agent" -v quiet
  publish_collector "$rid" "$target" "$framework"
  ls -lh "$target/agent/nodetelemetry-agent" "$target/collector/nodetelemetry-collector"
  ;;
package) # Debian packages of the agent and the collector for amd64 and arm64, into artifacts/packages/.
  exec packaging/package "$@"
  ;;
release) # Packages, apt repository, archive, PKGBUILD, SBOM and signed checksums, into artifacts/release/ or the named folder.
  exec packaging/release "$@"
  ;;
image) # Container images of the agent and the collector for amd64 and arm64, into artifacts/images/.
  exec packaging/images "$@"
  ;;
bench) # A benchmark by its name, beside references in the same run; without a name: which there are.
  need_dotnet
  case ${1:-} in opensearch|outage|memory|idle|ingest|scale) need_native "$this_rid"; publish_collector "$this_rid" artifacts/publish ;; esac
  dotnet build tests/NodeTelemetry.Benchmarks -c Release -v quiet
  exec dotnet artifacts/bin/NodeTelemetry.Benchmarks/release/NodeTelemetry.Benchmarks.dll "$@"
  ;;
help|*)
  echo 'usage: ./build.sh VERB [options]'
  sed -nE 's/^([a-z]+)\) # (.*)/  \1\t\2/p' "${BASH_SOURCE[0]}"
  [[ $verb == help ]] || exit 64
  ;;
esac
