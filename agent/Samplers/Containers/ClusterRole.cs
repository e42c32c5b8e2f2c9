using System.Text;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers.Containers;

/// <summary>The container runtime and the role in the cluster, derived from world-readable files:
/// no daemon is queried, and what only root may read stays unknown.</summary>
/// <remarks>Sources: the control groups of services that run, sockets in /run, the networks and ports of Docker Swarm.
/// Allocates: nothing after construction.</remarks>
internal sealed class ClusterRole : IDisposable
{
    /// <summary>Listening sockets come first in the list, 150 bytes each.</summary>
    private const int SocketListBytesMax = 16 * 1024;

    /// <summary>LISTEN in hexadecimal, as in the list.</summary>
    private static ReadOnlySpan<byte> Listening => "0A"u8;

    /// <summary>2377, the port of Swarm's managers.</summary>
    private static ReadOnlySpan<byte> ManagerPort => ":0949"u8;

    /// <summary>7946, on which all nodes of a Swarm gossip.</summary>
    private static ReadOnlySpan<byte> GossipPort => ":1F0A"u8;

    private readonly (byte[] Path, string Runtime, string? Role)[] _signs;
    private readonly byte[] _swarmNetwork;
    private readonly KernelFile[] _sockets;

    /// <summary>Initializes a new instance of the <see cref="ClusterRole"/> class.</summary>
    public ClusterRole(KernelRoots roots)
    {
        var services = File.Exists(roots.SysFile("fs/cgroup/cgroup.controllers"))
            ? "fs/cgroup/system.slice/"
            : "fs/cgroup/systemd/system.slice/";
        _signs =
        [
            (Sign(roots.SysFile(services + "k3s.service")), "k3s", "k3s server"),
            (Sign(roots.SysFile(services + "k3s-agent.service")), "k3s", "k3s agent"),
            (Sign(roots.SysFile(services + "kubelet.service")), "containerd", "kubernetes node"),
            (Sign(roots.SysFile(services + "docker.service")), "docker", null),
            (Sign(roots.RunFile("docker.sock")), "docker", null),
            (Sign(roots.RunFile("docker.pid")), "docker", null),
            (Sign(roots.SysFile(services + "containerd.service")), "containerd", null),
            (Sign(roots.RunFile("containerd/containerd.sock")), "containerd", null),
            (Sign(roots.RunFile("libpod")), "podman", null),
            (Sign(roots.RunFile("podman")), "podman", null),
        ];
        _swarmNetwork = Sign(roots.SysFile("class/net/docker_gwbridge"));
        _sockets = [new KernelFile(roots.NetworkFile("tcp6")), new KernelFile(roots.NetworkFile("tcp"))];
    }

    /// <summary>Gets the container runtime, if there is one.</summary>
    public string? Runtime { get; private set; }

    /// <summary>Gets the role in the cluster, if there is one.</summary>
    public string? Role { get; private set; }

    /// <summary>Updates both.</summary>
    /// <param name="buffer">Room for the list of sockets.</param>
    public void Refresh(Span<byte> buffer)
    {
        Runtime = Role = null;
        foreach (var (path, runtime, role) in _signs)
        {
            if (FileStatus.TryRead(path, out _))
            {
                Runtime = runtime;
                Role = role;
                break;
            }
        }

        // A swarm that the node has left may leave its network behind, but then the ports are closed.
        if (Role is not null || !FileStatus.TryRead(_swarmNetwork, out _))
        {
            return;
        }

        foreach (var sockets in _sockets)
        {
            if (sockets.ReadAll(buffer[..SocketListBytesMax], out var length) == FileOutcome.Ok)
            {
                Role = FindSwarmRole(buffer[..length]) ?? Role;
            }
        }
    }

    /// <summary>Finds the ports of Docker Swarm.</summary>
    /// <remarks>Source: proc_pid_net(5). Shape: <c>0: 00000000:1F0A 00000000:0000 0A …</c>: number,
    /// local address and port in hexadecimal, remote ones, state.</remarks>
    /// <returns><see langword="null"/> if neither port is open.</returns>
    internal static string? FindSwarmRole(ReadOnlySpan<byte> sockets)
    {
        string? role = null;
        var lines = new AsciiReader(sockets);
        while (lines.TryReadLine(out var line))
        {
            var words = new AsciiReader(line);
            if (!words.TryReadWord(out _) || !words.TryReadWord(out var local) || !words.TryReadWord(out _)
                || !words.TryReadWord(out var state) || !state.SequenceEqual(Listening))
            {
                continue;
            }

            if (local.EndsWith(ManagerPort))
            {
                return "swarm manager";
            }

            role = local.EndsWith(GossipPort) ? "swarm worker" : role;
        }

        return role;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _sockets)
        {
            file.Dispose();
        }
    }

    private static byte[] Sign(string path) => Encoding.UTF8.GetBytes(path + '\0');
}
