using System.Net.Sockets;

namespace NodeTelemetry.TestKit;

/// <summary>A machine of its own that runs the real systemd as its first process: namespaces for processes, mounts, network and control groups, and the file
/// system of this machine under a layer that takes all changes and is thrown away.</summary>
/// <remarks>Needs root, systemd and a dbus-daemon. It can be rebooted and switched off: then it ends.</remarks>
public sealed class SystemdLab : IAsyncDisposable
{
    private const string Systemd = "/lib/systemd/systemd";

    /// <summary>Makes the namespaces and becomes systemd. Arguments: a folder, a control group.</summary>
    private const string BootScript =
        """
        set -e
        mkdir "$2"
        echo $$ > "$2/cgroup.procs"
        exec unshare --mount --propagation private --uts --ipc --net --cgroup --pid --fork bash -c '
        set -e
        cd "$0"
        mount -t tmpfs tmpfs .
        cd "$0"
        mkdir upper work root
        mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work root
        cd root
        mount -t proc proc proc
        mount -t sysfs sysfs sys
        mount -t cgroup2 cgroup2 sys/fs/cgroup
        mount -t tmpfs -o mode=755 tmpfs run
        mount -t tmpfs -o mode=755 tmpfs dev
        for name in null zero full random urandom tty; do touch dev/$name; mount --bind /dev/$name dev/$name; done
        mkdir dev/pts dev/shm
        mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
        ln -s pts/ptmx dev/ptmx
        ip link set lo up
        pivot_root . mnt
        cd /
        umount -l /mnt
        exec env -i container=lab PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --unit=basic.target --log-target=console
        ' "$1"
        """;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();
    private readonly string _controlGroup;
    private readonly TestProcess _process;
    private string _first = "";

    private SystemdLab(string controlGroups)
    {
        _controlGroup = Path.Combine(controlGroups, $"nt{Environment.ProcessId:x}{Random.Shared.Next(4096):x}");
        _process = TestProcess.Start(["bash", "-c", BootScript, "boot", _folder.Path, _controlGroup]);
    }

    /// <summary>Gets why there can be no lab here; <see langword="null"/> if there can.</summary>
    public static string? Obstacle { get; } =
        !OperatingSystem.IsLinux() || Environment.UserName != "root" ? "a machine with systemd needs Linux and root"
        : !File.Exists(Systemd) || !File.Exists("/usr/bin/dbus-daemon") ? "systemd or D-Bus is missing: apt-get install systemd dbus"
        : ControlGroups() is null ? "no control groups of version 2 are mounted"
        : null;

    /// <summary>Starts the machine and waits until it runs.</summary>
    public static async Task<SystemdLab> StartAsync()
    {
        var lab = new SystemdLab(ControlGroups()!);
        try
        {
            await Eventually.TrueAsync(
                () => lab._process.HasExited
                    ? throw new InvalidOperationException($"The machine did not start.\n{lab._process.Output}")
                    : Task.FromResult(lab.TryFindFirstProcess()),
                Deadline,
                () => lab._process.Output);
            await Eventually.TrueAsync(
                async () => (await lab.TryRunAsync("systemctl", "is-system-running")).Output.Trim() is "running" or "degraded",
                Deadline,
                () => lab._process.Output);

            // As on every machine with a login; here nothing else has needed it yet.
            await lab.RunAsync("systemctl", "start", "dbus");
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command on the machine; it must succeed.</summary>
    /// <returns>What it wrote.</returns>
    public async Task<string> RunAsync(params string[] command)
    {
        var (code, output) = await TryRunAsync(command);
        return code == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', command)}: {output}");
    }

    /// <summary>Runs a command on the machine.</summary>
    public Task<(int ExitCode, string Output)> TryRunAsync(params string[] command) =>
        TestProcess.RunAsync(["nsenter", "-t", _first, "-a", .. command], Deadline);

    /// <summary>Starts a command on the machine.</summary>
    public TestProcess Start(params string[] command) => TestProcess.Start(["nsenter", "-t", _first, "-a", .. command]);

    /// <summary>Copies a file of this machine to the other.</summary>
    public Task CopyAsync(string from, string to, string mode) =>
        RunOutsideAsync($"nsenter -t {_first} -a install -D -m {mode} /dev/stdin {to} < {from}");

    /// <summary>Writes a file on the machine.</summary>
    public async Task WriteAsync(string path, string content)
    {
        _folder.Write("content", content);
        await CopyAsync(_folder["content"], path, "644");
    }

    /// <summary>Opens a socket that belongs to the machine.</summary>
    public Socket OpenSocket(AddressFamily family, SocketType type, ProtocolType protocol) =>
        NetworkLab.OpenSocketIn($"/proc/{_first}/ns/net", family, type, protocol);

    /// <summary>Waits until the machine powers off or reboots.</summary>
    public Task WaitForEndAsync() => _process.WaitForExitAsync(Deadline);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await RemoveControlGroupAsync(_controlGroup);
        _folder.Dispose();
    }

    /// <summary>Gets where control groups of version 2 are mounted; <see langword="null"/> if they are not.</summary>
    internal static string? ControlGroups() => File.ReadLines("/proc/self/mounts")
        .Select(static line => line.Split(' '))
        .Where(static words => words[2] == "cgroup2")
        .Select(static words => words[1])
        .FirstOrDefault();

    /// <summary>Ends all processes of a control group and removes it with those below.</summary>
    internal static Task RemoveControlGroupAsync(string path) => TestProcess.RunAsync(
        ["bash", "-c", $"echo 1 > {path}/cgroup.kill; for try in $(seq 50); do find {path} -depth -type d -exec rmdir {{}} + && break; sleep 0.1; done"],
        Deadline);

    private static async Task RunOutsideAsync(string script)
    {
        var (code, output) = await TestProcess.RunAsync(["bash", "-c", script], Deadline);
        if (code != 0)
        {
            throw new InvalidOperationException($"{script}: {output}");
        }
    }

    /// <summary>The first process of the new namespace is the child of unshare, once it has become systemd.</summary>
    private bool TryFindFirstProcess()
    {
        var children = File.ReadAllText($"/proc/{_process.Id}/task/{_process.Id}/children").Trim();
        if (children.Length == 0 || !File.ReadAllText($"/proc/{children}/cmdline").StartsWith(Systemd, StringComparison.Ordinal))
        {
            return false;
        }

        _first = children;
        return true;
    }
}
