using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Deploy.Tests;

/// <summary>A real Docker daemon on a host of a lab, with its own data, its own socket and its own identity.</summary>
/// <remarks>
/// All hosts of a lab are this machine. The daemon runs in a mount namespace in which <c>/etc/machine-id</c> and <c>/etc/hostname</c> are others, so that two
/// hosts are two nodes. <c>ip netns exec</c> would hide the control groups from it.
/// </remarks>
internal sealed class DockerHost : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder;
    private readonly TestProcess _daemon;

    private DockerHost(string name, TempFolder folder, TestProcess daemon)
    {
        Name = name;
        _folder = folder;
        _daemon = daemon;
    }

    /// <summary>Gets why there can be no daemon here; <see langword="null"/> if there can.</summary>
    public static string? Obstacle =>
        NetworkLab.Obstacle
        ?? (File.Exists("/usr/sbin/dockerd") ? null : "dockerd is missing: apt-get install docker.io")
        ?? (File.Exists("/usr/sbin/iptables") ? null : "iptables, which dockerd needs, is missing: apt-get install iptables");

    /// <summary>Gets the host name of the node.</summary>
    public string Name { get; }

    /// <summary>Gets what the daemon has written.</summary>
    public string Log => _daemon.Output;

    /// <summary>Starts a daemon that has both images.</summary>
    public static async Task<DockerHost> StartAsync(NetworkLab lab, int host)
    {
        Assert.SkipUnless(Obstacle is null, Obstacle ?? string.Empty);
        string[] archives = [await Images.GetArchiveAsync("agent"), await Images.GetArchiveAsync("collector")];
        var name = $"docker-{host}";
        var folder = new TempFolder();
        folder.Write("machine-id", $"{Guid.NewGuid():N}\n");
        folder.Write("hostname", name + "\n");
        var script = $"""
            mount --make-rshared /
            mount --bind {folder["machine-id"]} /etc/machine-id
            mount --bind {folder["hostname"]} /etc/hostname
            hostname {name}
            exec dockerd --data-root {folder["data"]} --exec-root {folder["exec"]} --host unix://{folder["socket"]} --pidfile {folder["pid"]} --storage-driver vfs
            """;
        var daemon = TestProcess.Start(
            ["nsenter", $"--net=/run/netns/{lab.On(host)[^1]}", "unshare", "--mount", "--uts", "bash", "-e", "-c", script]);
        var docker = new DockerHost(name, folder, daemon);
        try
        {
            await Eventually.TrueAsync(async () => (await docker.TryRunAsync("version")).ExitCode == 0, StartDeadline, () => daemon.Output);
            foreach (var archive in archives)
            {
                await docker.RunAsync("load", "--input", archive);
            }
        }
        catch
        {
            await docker.DisposeAsync();
            throw;
        }

        return docker;
    }

    /// <summary>Runs a command of Docker's client; it must succeed.</summary>
    /// <returns>What it wrote.</returns>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var (code, output) = await TryRunAsync(arguments);
        return code == 0 ? output.Trim() : throw new InvalidOperationException($"docker {string.Join(' ', arguments)}: {output}\n{Log}");
    }

    /// <summary>Runs a command of Docker's client.</summary>
    public Task<(int ExitCode, string Output)> TryRunAsync(params string[] arguments) => TryRunAsync(arguments, null);

    /// <summary>Runs a command of Docker's client with further variables.</summary>
    public Task<(int ExitCode, string Output)> TryRunAsync(string[] arguments, IReadOnlyDictionary<string, string>? variables)
    {
        var environment = new Dictionary<string, string>(variables ?? new Dictionary<string, string>())
        {
            // The client's own settings and logins are none of the test's business.
            ["DOCKER_CONFIG"] = _folder["client"],
        };
        return TestProcess.RunAsync(["docker", "--host", $"unix://{_folder["socket"]}", .. arguments], Commands.Deadline, environment);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_daemon.HasExited)
        {
            // What is not there cannot be removed, and the daemon ends in any case.
            await TryRunAsync("swarm", "leave", "--force");
            var (_, containers) = await TryRunAsync("ps", "--all", "--quiet");
            if (containers.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 } ids)
            {
                await TryRunAsync(["rm", "--force", .. ids]);
            }

            _daemon.Terminate();
            await _daemon.WaitForExitAsync(StartDeadline);
        }

        await _daemon.DisposeAsync();
        _folder.Dispose();
    }
}
