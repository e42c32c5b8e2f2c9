using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace NodeTelemetry.TestKit;

/// <summary>Several hosts on one machine: network namespaces that are joined by a bridge, which is in a namespace too.</summary>
/// <remarks>Needs root and iproute2. Host <c>n</c> has the addresses 10.77.0.n and fd77::n on its interface <c>eth0</c>.</remarks>
public sealed partial class NetworkLab : IAsyncDisposable
{
    private const int NewNetwork = 0x40000000;

    private static readonly TimeSpan CommandDeadline = TimeSpan.FromSeconds(20);

    private readonly string _prefix;
    private readonly int _hosts;

    private NetworkLab(string prefix, int hosts)
    {
        _prefix = prefix;
        _hosts = hosts;
    }

    /// <summary>Gets why there can be no lab here; <see langword="null"/> if there can.</summary>
    public static string? Obstacle { get; } = FindObstacle();

    private string Switch => _prefix + "-sw";

    /// <summary>Builds a lab.</summary>
    /// <param name="hosts">How many hosts, named 1 and up.</param>
    public static async Task<NetworkLab> CreateAsync(int hosts)
    {
        var lab = new NetworkLab($"nt{Environment.ProcessId:x}{Random.Shared.Next(4096):x}", hosts);
        try
        {
            await lab.BuildAsync();
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }

        return lab;
    }

    /// <summary>Gets the words to put before a command so that it runs on a host.</summary>
    public IReadOnlyList<string> On(int host) => ["ip", "netns", "exec", Name(host)];

    /// <summary>Pulls a host's cable, or puts it back.</summary>
    public Task SetCableAsync(int host, bool isConnected) =>
        IpAsync("-n", Switch, "link", "set", $"p{host}", isConnected ? "up" : "down");

    /// <summary>Keeps multicast from a host, as a switch does that snoops wrongly, or lets it through again; unicast and broadcast always pass.</summary>
    public Task SetMulticastAsync(int host, bool isReceived) =>
        IpAsync("-n", Switch, "link", "set", $"p{host}", "type", "bridge_slave", "mcast_flood", isReceived ? "on" : "off");

    /// <summary>Takes a host's interface away, as when an adapter is pulled.</summary>
    public Task RemoveInterfaceAsync(int host) => IpAsync("-n", Name(host), "link", "del", "eth0");

    /// <summary>Gives a host a new interface, with its addresses.</summary>
    public Task AddInterfaceAsync(int host) => PlugAsync(host);

    /// <summary>Makes a client whose connections start on a host.</summary>
    public HttpClient ClientOn(int host) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = OpenSocket(host, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.NoDelay = true;
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    });

    /// <summary>Opens a socket that belongs to a host.</summary>
    public Socket OpenSocket(int host, AddressFamily family, SocketType type, ProtocolType protocol) =>
        OpenSocketIn(NamespacePath(host), family, type, protocol);

    /// <summary>Gets the file that stands for the network namespace of a host.</summary>
    public string NamespacePath(int host) => $"/run/netns/{Name(host)}";

    /// <summary>Runs <c>ip</c> on a host, for what a test does to its interfaces.</summary>
    public Task IpOnAsync(int host, params string[] arguments) => IpAsync(["-n", Name(host), .. arguments]);

    /// <summary>Opens a socket that belongs to a network namespace.</summary>
    internal static Socket OpenSocketIn(string path, AddressFamily family, SocketType type, ProtocolType protocol)
    {
        Socket? socket = null;
        Exception? failure = null;

        // A socket belongs for ever to the namespace of the thread that made it; the thread itself is thrown away.
        var thread = new Thread(() =>
        {
            try
            {
                using var file = File.OpenHandle(path);
                if (SetNamespace(file.DangerousGetHandle().ToInt32(), NewNetwork) != 0)
                {
                    throw new InvalidOperationException($"setns: error {Marshal.GetLastPInvokeError()}.");
                }

                socket = new Socket(family, type, protocol);
            }
            catch (Exception error)
            {
                failure = error;
            }
        });
        thread.Start();
        thread.Join();
        return socket ?? throw new InvalidOperationException($"No socket in {path}.", failure);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var name in Enumerable.Range(1, _hosts).Select(Name).Append(Switch))
        {
            // What was never made cannot be taken away; nothing else can go wrong here that a later test would not show.
            await TestProcess.RunAsync(["ip", "netns", "del", name], CommandDeadline);
        }
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int file, int kind);

    private static string? FindObstacle()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
        {
            return "network namespaces need Linux and root";
        }

        try
        {
            var name = $"nt{Environment.ProcessId:x}-try";
            var (code, output) = TestProcess.RunAsync(["ip", "netns", "add", name], CommandDeadline).GetAwaiter().GetResult();
            if (code != 0)
            {
                return $"no network namespace can be made: {output.Trim()}";
            }

            TestProcess.RunAsync(["ip", "netns", "del", name], CommandDeadline).GetAwaiter().GetResult();
            return null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "the command 'ip' is missing: apt-get install iproute2";
        }
    }

    private static async Task IpAsync(params string[] arguments)
    {
        var (code, output) = await TestProcess.RunAsync(["ip", .. arguments], CommandDeadline);
        if (code != 0)
        {
            throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {output}");
        }
    }

    private string Name(int host) => $"{_prefix}-h{host}";

    private async Task BuildAsync()
    {
        await IpAsync("netns", "add", Switch);

        // Snooping off: the bridge has no querier, and this lab is about hosts, not about switches.
        await IpAsync("-n", Switch, "link", "add", "br0", "type", "bridge", "mcast_snooping", "0");
        await IpAsync("-n", Switch, "link", "set", "br0", "up");
        for (var host = 1; host <= _hosts; host++)
        {
            await IpAsync("netns", "add", Name(host));
            await IpAsync("-n", Name(host), "link", "set", "lo", "up");
            await PlugAsync(host);
        }
    }

    private async Task PlugAsync(int host)
    {
        await IpAsync("-n", Switch, "link", "add", $"p{host}", "type", "veth", "peer", "name", "eth0", "netns", Name(host));
        await IpAsync("-n", Switch, "link", "set", $"p{host}", "master", "br0", "up");
        await IpAsync("-n", Name(host), "address", "add", $"10.77.0.{host}/24", "dev", "eth0");
        await IpAsync("-n", Name(host), "address", "add", $"fd77::{host:x}/64", "dev", "eth0", "nodad");
        await IpAsync("-n", Name(host), "link", "set", "eth0", "up");
    }
}
