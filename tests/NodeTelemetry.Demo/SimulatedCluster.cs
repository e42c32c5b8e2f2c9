using System.Net;
using System.Net.Sockets;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Demo;

/// <summary>Two dozen simulated nodes that send real datagrams, each from an address of its own on the loopback interface.</summary>
internal sealed class SimulatedCluster
{
    /// <summary>
    /// The default UDP port that they send to; not the usual one, so that they never appear in a
    /// collector that is already running.
    /// </summary>
    public const int DefaultPort = 16_077;

    /// <summary>The number of nodes.</summary>
    public const int NodeCount = 24;

    private readonly int _port;
    private readonly List<SimulatedNode> _nodes = [];

    /// <summary>Initializes a new instance of the <see cref="SimulatedCluster"/> class.</summary>
    /// <param name="port">The UDP port to send to.</param>
    public SimulatedCluster(int port)
    {
        _port = port;
        var now = TimeProvider.System.GetUtcNow();
        for (var index = 1; index <= NodeCount; index++)
        {
            var (prefix, board) = index switch
            {
                <= 6 => ("pi5", BoardKind.Pi5),
                <= 14 => ("pi4", BoardKind.Pi4),
                <= 18 => ("zero", BoardKind.Zero2),
                <= 22 => ("odroid", BoardKind.Odroid),
                _ => ("vm", BoardKind.Virtual),
            };
            var behaviour = index switch
            {
                2 or 5 or 20 => Behaviour.Busy,
                7 => Behaviour.Throttled,
                10 => Behaviour.Lossy,
                13 => Behaviour.Dying,
                16 => Behaviour.Rebooting,
                _ => Behaviour.Steady,
            };
            var hat = index switch
            {
                15 => Hat.EnviroPlus,
                17 => Hat.EnviroMini,
                9 => Hat.Sense,
                _ => Hat.None,
            };
            var rack = ((char)('a' + ((index - 1) / 8))).ToString();
            _nodes.Add(new SimulatedNode($"{prefix}-{index:00}", rack, board, behaviour, hat, now));
        }
    }

    /// <summary>Sends until cancelled; then every node sends its goodbye.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var time = TimeProvider.System;
        var loopback = IPAddress.HostToNetworkOrder(LoopbackIndex());
        var group = new IPEndPoint(IPAddress.Parse(WireLimits.DefaultGroupIPv4), _port);
        var sockets = _nodes.Select((_, index) => Open(index + 1, loopback)).ToList();
        using var encoder = new SnapshotEncoder();
        using var timer = new PeriodicTimer(SimulatedNode.Interval / NodeCount);
        try
        {
            // The nodes send one after another, as real ones that were not switched on together.
            for (var turn = 0; await timer.WaitForNextTickAsync(stop); turn = (turn + 1) % NodeCount)
            {
                if (_nodes[turn].Next(time.GetUtcNow()) is { } snapshot)
                {
                    Send(encoder, snapshot, sockets[turn], group);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            for (var index = 0; index < NodeCount; index++)
            {
                Send(encoder, _nodes[index].Goodbye(time.GetUtcNow()), sockets[index], group);
            }
        }
        finally
        {
            sockets.ForEach(static socket => socket.Dispose());
        }
    }

    private static void Send(
        SnapshotEncoder encoder, Protocol.Readings.NodeSnapshot snapshot, Socket socket, IPEndPoint group)
    {
        for (int count = encoder.Encode(snapshot), index = 0; index < count; index++)
        {
            socket.SendTo(encoder.Datagram(index).Span, group);
        }
    }

    private static int LoopbackIndex() => System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces()
        .First(static link => link.NetworkInterfaceType == System.Net.NetworkInformation.NetworkInterfaceType.Loopback)
        .GetIPProperties().GetIPv4Properties().Index;

    private static Socket Open(int number, int loopback)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, WireLimits.HopLimit);
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, loopback);
        socket.Bind(new IPEndPoint(new IPAddress([127, 77, 0, (byte)number]), 0));
        return socket;
    }
}
