using System.Security.Cryptography;

namespace NodeTelemetry.TestKit;

/// <summary>A booted Debian in a container of systemd, on a host of a <see cref="NetworkLab"/>: what packages are installed on.
/// All changes go into a layer that is thrown away.</summary>
/// <remarks>Needs root, systemd-nspawn and what <c>tests/guest/prepare</c> makes. Only <c>/srv/share</c> of the guest is shared with the test.</remarks>
public sealed class DebianGuest : IAsyncDisposable
{
    /// <summary>Lays a layer over the guest's root and boots it. Arguments: the root, a folder for the layer, the network namespace, the name, a control group.</summary>
    private const string BootScript =
        """
        set -e
        mkdir "$5"
        echo $$ > "$5/cgroup.procs"
        chmod 755 "$6" # users of the guest, such as that of apt, read it too
        cd "$2"
        mount -t tmpfs tmpfs .
        cd "$2"
        mkdir upper work root
        mount -t overlay overlay -o "lowerdir=$1,upperdir=upper,workdir=work" root
        systemd-id128 new > root/etc/machine-id
        echo "$4" > root/etc/hostname
        exec systemd-nspawn --quiet --register=no --keep-unit --boot --directory=root --machine="$4" --console=pipe --resolv-conf=off \
          --network-namespace-path="$3" --bind="$6:/srv/share"
        """;

    private const string Systemd = "systemd";

    /// <summary>As in the script.</summary>
    private const int ChecksumLength = 12;

    private static readonly TimeSpan BootDeadline = TimeSpan.FromSeconds(120);

    /// <summary>apt and dpkg unpack and sync on a busy machine.</summary>
    private static readonly TimeSpan CommandDeadline = TimeSpan.FromSeconds(180);

    private readonly TempFolder _layer = new();
    private readonly TempFolder _share = new();
    private readonly string _controlGroup;
    private readonly TestProcess _process;
    private string _first = "";

    private DebianGuest(NetworkLab lab, int host, string name)
    {
        _controlGroup = Path.Combine(SystemdLab.ControlGroups()!, $"nt{Environment.ProcessId:x}{Random.Shared.Next(4096):x}");
        _process = TestProcess.Start(
            ["unshare", "--mount", "--propagation", "private", "bash", "-c", BootScript, "boot",
                Root, _layer.Path, lab.NamespacePath(host), name, _controlGroup, _share.Path]);
    }

    /// <summary>Gets why there can be no guest here; <see langword="null"/> if there can.</summary>
    public static string? Obstacle { get; } =
        NetworkLab.Obstacle
        ?? (!File.Exists("/usr/bin/systemd-nspawn") ? "systemd-nspawn is missing: apt-get install systemd-container"
            : !IsPrepared() ? "there is no guest, or an old one; make it with: tests/guest/prepare"
            : SystemdLab.ControlGroups() is null ? "no control groups of version 2 are mounted"
            : null);

    /// <summary>Gets the folder that the guest has as <c>/srv/share</c>.</summary>
    public string Share => _share.Path;

    private static string Root => Path.Combine(RepositoryRoot.Path, "artifacts/guest/root");

    /// <summary>Boots a guest and waits until it runs.</summary>
    /// <param name="lab">The network.</param>
    /// <param name="host">The host of the network that it becomes.</param>
    /// <param name="name">Its host name.</param>
    public static async Task<DebianGuest> StartAsync(NetworkLab lab, int host, string name)
    {
        ArgumentNullException.ThrowIfNull(lab);
        var guest = new DebianGuest(lab, host, name);
        try
        {
            await Eventually.TrueAsync(
                () => guest._process.HasExited
                    ? throw new InvalidOperationException($"The guest did not start.\n{guest._process.Output}")
                    : Task.FromResult(guest.TryFindFirstProcess()),
                BootDeadline,
                () => guest._process.Output);
            await Eventually.TrueAsync(
                async () => (await guest.TryRunAsync("systemctl", "is-system-running")).Output.Trim() is "running" or "degraded",
                BootDeadline,
                () => guest._process.Output);
            return guest;
        }
        catch
        {
            await guest.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command in the guest; it must succeed.</summary>
    /// <returns>What it wrote.</returns>
    public async Task<string> RunAsync(params string[] command)
    {
        var (code, output) = await TryRunAsync(command);
        return code == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', command)}: {output}");
    }

    /// <summary>Runs a command in the guest.</summary>
    public Task<(int ExitCode, string Output)> TryRunAsync(params string[] command) =>
        TestProcess.RunAsync([.. Enter(), .. command], CommandDeadline);

    /// <summary>Runs a line of the shell in the guest; it must succeed.</summary>
    /// <returns>What it wrote.</returns>
    public Task<string> ShellAsync(string line) => RunAsync("bash", "-c", line);

    /// <summary>Writes a file in the guest.</summary>
    public async Task WriteAsync(string path, string content)
    {
        _share.Write(".content", content);
        await RunAsync("install", "-D", "-m", "644", "/srv/share/.content", path);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await SystemdLab.RemoveControlGroupAsync(_controlGroup);
        _layer.Dispose();
        _share.Dispose();
    }

    /// <summary>The stamp has the beginning of the checksum of the script that has made the guest.</summary>
    private static bool IsPrepared()
    {
        var stamp = Path.Combine(RepositoryRoot.Path, "artifacts/guest/stamp");
        var script = SHA256.HashData(File.ReadAllBytes(Path.Combine(RepositoryRoot.Path, "tests/guest/prepare")));
        return File.Exists(stamp)
            && File.ReadAllText(stamp).Contains(Convert.ToHexStringLower(script)[..ChecksumLength], StringComparison.Ordinal);
    }

    private string[] Enter() =>
        ["nsenter", "-t", _first, "-a", "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "DEBIAN_FRONTEND=noninteractive"];

    /// <summary>The first process of the guest is the child of systemd-nspawn, once it has become systemd.</summary>
    private bool TryFindFirstProcess()
    {
        var children = Path.Combine("/proc", $"{_process.Id}", "task", $"{_process.Id}", "children");
        foreach (var child in File.ReadAllText(children).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (File.ReadAllText($"/proc/{child}/comm").Trim() == Systemd)
            {
                _first = child;
                return true;
            }
        }

        return false;
    }
}
