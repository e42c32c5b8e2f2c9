using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace NodeTelemetry.TestKit;

/// <summary>A whole machine in QEMU with a Debian kernel and an I2C bus that pretends to have chips: for what needs modules of the kernel, which
/// no container may load.</summary>
/// <remarks><c>tests/machine/prepare</c> fetches the kernel and builds the bus. Its first process is a shell script of the test; the machine is
/// switched off when that ends. It has no network but its loopback interface. Emulated without KVM, which nested virtual
/// machines rarely do well.</remarks>
public sealed partial class EmulatedMachine : IDisposable
{
    private const string Qemu = "/usr/bin/qemu-system-x86_64";
    private const string StepMark = "#### ";
    private const string EndMark = "#### exit ";

    /// <summary>Makes a machine of the kernel: its first process. Results go to the second serial port, the kernel's complaints to the first.
    /// </summary>
    private const string Init =
        """
        #!/bin/busybox sh
        /bin/busybox --install -s /bin
        export PATH=/bin
        mount -t proc proc /proc
        mount -t sysfs sysfs /sys
        mount -t devtmpfs dev /dev
        stty -F /dev/ttyS1 raw
        exec </dev/null >/dev/ttyS1 2>&1
        ip link set lo up
        load() { for module in "$@"; do insmod "/modules/$module.ko" || poweroff -f; done; }
        bus=/sys/bus/i2c/devices/i2c-1
        plug() { dd if="/chips/$1" of=$bus/registers bs=256 seek=$((0x$1)) conv=notrunc 2>/dev/null; }
        registers() { dd if=$bus/registers bs=256 skip=$((0x$1)) count=1 2>/dev/null | xxd -p -c 256; }
        set_bus() { echo "$2" >"/sys/module/i2c_pretend/parameters/$1"; }
        step() { echo "#### $1"; shift; "$@"; echo "#### exit $?"; }
        load i2c-dev i2c_pretend
        for chip in /chips/*; do [ -f "$chip" ] && plug "${chip##*/}"; done
        . /test
        poweroff -f
        """;

    private static readonly string Prepared = Path.Combine(RepositoryRoot.Path, "artifacts", "machine");

    private readonly TempFolder _folder = new();
    private string _result = "";

    /// <summary>Initializes a new instance of the <see cref="EmulatedMachine"/> class.</summary>
    public EmulatedMachine()
    {
        foreach (var name in (ReadOnlySpan<string>)["bin", "proc", "sys", "dev", "run", "tmp", "etc", "chips", "modules"])
        {
            Directory.CreateDirectory(Here(name));
        }

        Put(Path.Combine(Prepared, "busybox"), "/bin/busybox");
        foreach (var module in Directory.GetFiles(Path.Combine(Prepared, "modules")))
        {
            Put(module, "/modules/" + Path.GetFileName(module));
        }
    }

    /// <summary>Gets why there can be no such machine here; <see langword="null"/> if there can.</summary>
    public static string? Obstacle { get; } =
        RuntimeInformation.OSArchitecture != Architecture.X64 || !OperatingSystem.IsLinux() ? "the emulated machine is for Linux on x64"
        : !File.Exists(Qemu) ? "qemu-system-x86_64 is missing: apt-get install qemu-system-x86"
        : !File.Exists(Path.Combine(Prepared, "stamp")) ? "the emulated machine has no kernel: run tests/machine/prepare"
        : null;

    /// <summary>Plugs a chip into the bus.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="registers">What is in its registers, in hexadecimal digits, by the first of them.</param>
    public void Plug(byte address, params (byte First, string Hex)[] registers) =>
        File.WriteAllBytes(Here($"chips/{address:x2}"), ChipImage(registers));

    /// <summary>Creates the content of a chip's 256 registers.</summary>
    /// <param name="registers">What is in its registers, in hexadecimal digits, by the first of them.</param>
    internal static byte[] ChipImage((byte First, string Hex)[] registers)
    {
        ArgumentNullException.ThrowIfNull(registers);
        var image = new byte[256];
        foreach (var (first, hex) in registers)
        {
            Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal)).CopyTo(image, first);
        }

        return image;
    }

    /// <summary>Puts a program into the machine, with the libraries that it is linked with.</summary>
    /// <param name="program">Where it is here.</param>
    /// <param name="to">Where it shall be there.</param>
    public async Task InstallAsync(string program, string to)
    {
        Put(program, to);
        var (_, libraries) = await TestProcess.RunAsync(["ldd", program], TimeSpan.FromSeconds(60));
        foreach (Match library in LibraryPath().Matches(libraries))
        {
            Put(library.Value, library.Value);
        }
    }

    /// <summary>Boots the machine and lets it run a shell script to its end, in which <c>step NAME COMMAND…</c> keeps what a command writes.</summary>
    public async Task RunAsync(string script, TimeSpan deadline)
    {
        _folder.Write("root/init", Init.ReplaceLineEndings("\n"));
        _folder.Write("root/test", script.ReplaceLineEndings("\n"));
        Execute("root/init");
        var archive = $"cd '{Here("")}' && find . | '{Path.Combine(Prepared, "busybox")}' cpio -o -H newc 2>/dev/null >'{_folder["ramdisk"]}'";
        await TestProcess.RunAsync(["sh", "-c", archive], deadline);
        var (code, console) = await TestProcess.RunAsync(
            [
                Qemu, "-accel", "tcg", "-cpu", "max", "-m", "256", "-display", "none", "-no-reboot", "-nic", "none",
                "-kernel", Path.Combine(Prepared, "vmlinuz"), "-initrd", _folder["ramdisk"],
                "-append", "console=ttyS0 quiet panic=-1", "-serial", "stdio", "-serial", $"file:{_folder["result"]}",
            ],
            deadline);
        _result = File.Exists(_folder["result"]) ? await File.ReadAllTextAsync(_folder["result"]) : "";
        if (code != 0 || _result.Length == 0)
        {
            throw new InvalidOperationException($"QEMU ended with {code}.\n{console}\n{_result}");
        }
    }

    /// <summary>Gets what a step has written.</summary>
    /// <param name="step">Its name.</param>
    /// <param name="exitCode">How its command has to have ended.</param>
    public string Output(string step, int exitCode = 0)
    {
        var start = _result.IndexOf($"{StepMark}{step}\n", StringComparison.Ordinal) + StepMark.Length + step.Length + 1;
        var end = start < StepMark.Length ? -1 : _result.IndexOf(EndMark, start, StringComparison.Ordinal);
        return end >= 0 && _result[end..].StartsWith($"{EndMark}{exitCode}\n", StringComparison.Ordinal)
            ? _result[start..end]
            : throw new InvalidOperationException($"The step '{step}' has not ended with {exitCode}:\n{_result}");
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    [GeneratedRegex(@"/\S+\.so\S*")]
    private static partial Regex LibraryPath();

    private string Here(string path) => Path.Combine(_folder["root"], path.TrimStart('/'));

    private void Put(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Here(to))!);
        File.Copy(from, Here(to), overwrite: true);
    }

    private void Execute(string name)
    {
        if (OperatingSystem.IsLinux())
        {
            File.SetUnixFileMode(_folder[name], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
