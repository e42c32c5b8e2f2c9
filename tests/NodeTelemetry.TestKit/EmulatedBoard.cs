namespace NodeTelemetry.TestKit;

/// <summary>A whole ARM machine in QEMU, with Debian's kernel and a network card, whose cable ends on a host of a lab.</summary>
/// <remarks>
/// A script of its model fetches what it boots. Its first process is a shell script of the test, which waits for the test with
/// <c>wait_for_test</c>; the machine is switched off when the script ends. Unlike emulation of single programs, it has multicast.
/// </remarks>
public sealed class EmulatedBoard : IAsyncDisposable
{
    /// <summary>The address of the host's end of the cable.</summary>
    public const string HostAddress = "10.78.0.1";

    private const string Address = "10.78.0.2";
    private const string Port = "7000";

    private const string Init =
        """
        #!/bin/busybox sh
        /bin/busybox --install -s /bin
        export PATH=/bin
        mount -t proc proc /proc
        mount -t sysfs sysfs /sys
        mount -t devtmpfs dev /dev
        . /setup
        hostname -F /etc/hostname
        ip link set lo up
        ip link set $INTERFACE up
        ip address add 10.78.0.2/24 dev $INTERFACE
        ip route add default via 10.78.0.1
        wait_for_test() { echo "#### $1"; nc -l -p 7000 </dev/null >/dev/null; }
        . /test
        poweroff -f
        """;

    private static readonly TimeSpan CommandDeadline = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();
    private readonly BoardModel _model;
    private readonly NetworkLab _lab;
    private readonly int _host;
    private TestProcess? _machine;

    /// <summary>Initializes a new instance of the <see cref="EmulatedBoard"/> class.</summary>
    /// <param name="model">What kind of board it is.</param>
    /// <param name="lab">The lab.</param>
    /// <param name="host">The host at which its cable ends.</param>
    public EmulatedBoard(BoardModel model, NetworkLab lab, int host)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _lab, _host) = (model, lab, host);
        foreach (var name in (ReadOnlySpan<string>)["bin", "proc", "sys", "dev", "run", "tmp", "etc", "lib", "modules", "chips"])
        {
            Directory.CreateDirectory(_folder[$"root/{name}"]);
        }

        Put(model.Prepared("busybox"), "bin/busybox");
        PutFolder(model.Prepared("lib"), "lib");
        PutFolder(model.Prepared("modules"), "modules");
    }

    /// <summary>Gets what it has written to its console.</summary>
    public string Output => _machine?.Output ?? string.Empty;

    /// <summary>Puts a file into the machine.</summary>
    public void Put(string file, string to) => File.Copy(file, _folder[$"root/{to}"], overwrite: true);

    /// <summary>Puts the files of a folder into the machine, if it exists.</summary>
    public void PutFolder(string folder, string to)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[$"root/{target}"])!);
            Put(file, target);
        }
    }

    /// <summary>Plugs a chip into the bus of a board that has one.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="registers">What is in its registers, in hexadecimal digits, by the first of them.</param>
    public void Plug(byte address, params (byte First, string Hex)[] registers) =>
        File.WriteAllBytes(_folder[$"root/chips/{address:x2}"], EmulatedMachine.ChipImage(registers));

    /// <summary>Boots the machine.</summary>
    /// <param name="hostname">Its host name.</param>
    /// <param name="script">What it executes.</param>
    public async Task StartAsync(string hostname, string script)
    {
        _folder.Write("root/init", Init.Replace("$INTERFACE", _model.Interface, StringComparison.Ordinal).ReplaceLineEndings("\n"));
        _folder.Write("root/setup", _model.Setup.ReplaceLineEndings("\n") + "\n");
        _folder.Write("root/test", script.ReplaceLineEndings("\n"));
        _folder.Write("root/etc/hostname", hostname + "\n");
        _folder.Write("root/etc/machine-id", "0123456789abcdef0123456789abcdef\n");
        if (OperatingSystem.IsLinux())
        {
            File.SetUnixFileMode(_folder["root/init"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var (code, output) = await TestProcess.RunAsync(
            [
                "sh", "-c",
                $"cd '{_folder["root"]}' && find . | {_model.Processor} bin/busybox cpio -o -H newc 2>/dev/null | gzip -1 >'{_folder["ramdisk"]}'",
            ],
            CommandDeadline);
        if (code != 0)
        {
            throw new InvalidOperationException($"No initial file system: {output}");
        }

        await _lab.IpOnAsync(_host, "tuntap", "add", "tap0", "mode", "tap");
        await _lab.IpOnAsync(_host, "address", "add", HostAddress + "/24", "dev", "tap0");
        await _lab.IpOnAsync(_host, "link", "set", "tap0", "up");
        _machine = TestProcess.Start(
        [
            .. _lab.On(_host), _model.Qemu, .. _model.Machine, "-display", "none", "-no-reboot",
            "-kernel", _model.Prepared("vmlinuz"), "-initrd", _folder["ramdisk"],
            "-append", $"console=ttyAMA0,115200 panic=-1 rdinit=/init {_model.KernelOptions}", "-serial", "stdio",
            "-netdev", "tap,id=n0,ifname=tap0,script=no,downscript=no", "-device", _model.Card,
        ]);
    }

    /// <summary>Lets the script go on that waits at a step.</summary>
    /// <param name="step">The argument of <c>wait_for_test</c>.</param>
    /// <param name="deadline">How long it may take to reach the step.</param>
    public async Task ContinueAsync(string step, TimeSpan deadline)
    {
        await Eventually.TrueAsync(
            () => Task.FromResult(Output.Contains($"#### {step}", StringComparison.Ordinal)), deadline, () => Output);
        await Eventually.TrueAsync(
            async () => (await TestProcess.RunAsync(
                [.. _lab.On(_host), "bash", "-c", $"exec 3<>/dev/tcp/{Address}/{Port}"], CommandDeadline)).ExitCode == 0,
            deadline,
            () => Output);
    }

    /// <summary>Waits until it is switched off.</summary>
    public Task WaitForEndAsync(TimeSpan deadline) => _machine!.WaitForExitAsync(deadline);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_machine is not null)
        {
            await _machine.DisposeAsync();
        }

        _folder.Dispose();
    }
}
