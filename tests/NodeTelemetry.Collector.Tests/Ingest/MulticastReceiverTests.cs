using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Ingest;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Ingest;

/// <summary>Real sockets on the loopback interface. Nothing else allocates meanwhile, so that memory can be measured.</summary>
[Collection(nameof(MulticastReceiverTests))]
[CollectionDefinition(nameof(MulticastReceiverTests), DisableParallelization = true)]
public sealed class MulticastReceiverTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly IPAddress SecondGroup = IPAddress.Parse("239.192.77.78");

    private readonly ManualTimeProvider _time = new();
    private readonly CollectorMetrics _metrics = new();
    private readonly RecordingLogger _logger = new();
    private readonly DatagramQueue _queue;
    private readonly MulticastReceiver _receiver;
    private readonly Socket _sender = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly IPEndPoint _group;
    private readonly Func<bool> _hasArrived;

    public MulticastReceiverTests()
    {
        using (var probe = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
        {
            probe.Bind(new IPEndPoint(IPAddress.Any, 0));
            _group = new IPEndPoint(IPAddress.Parse(WireLimits.DefaultGroupIPv4), ((IPEndPoint)probe.LocalEndPoint!).Port);
        }

        _queue = new DatagramQueue(4096, _metrics);
        _hasArrived = () => _queue.Count > 0;
        _receiver = new MulticastReceiver(
            new MulticastEndpoint(AddressFamily.InterNetwork, _group.Port, [_group.Address, SecondGroup], IsShared: false), ["lo"], 1 << 20, _queue, _metrics, _time, _logger);
        var loopback = NetworkInterface.GetAllNetworkInterfaces().First(link => link.Name == "lo").GetIPProperties().GetIPv4Properties().Index;
        _sender.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, IPAddress.HostToNetworkOrder(loopback));
    }

    [Fact]
    public async Task Receives_the_group_and_rejoins_it_after_a_minute_of_silence()
    {
        using var stop = new CancellationTokenSource();
        var running = _receiver.RunAsync(stop.Token);
        await SendAndWaitAsync(1);

        await PassAsync(TimeSpan.FromSeconds(55));
        Assert.DoesNotContain(_logger.Lines, line => line.Contains("joining again", StringComparison.Ordinal));
        await PassAsync(TimeSpan.FromSeconds(15));
        await Eventually.TrueAsync(
            () => Task.FromResult(_logger.Lines.Any(line => line.EndsWith("joining again.", StringComparison.Ordinal))),
            Deadline,
            () => string.Join('\n', _logger.Lines));
        await SendAndWaitAsync(2);

        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Receives_every_group_of_its_socket()
    {
        using var stop = new CancellationTokenSource();
        var running = _receiver.RunAsync(stop.Token);
        await SendAndWaitAsync(1);
        _sender.SendTo("hello"u8, new IPEndPoint(SecondGroup, _group.Port));
        await Eventually.TrueAsync(() => Task.FromResult(_metrics.DatagramsReceived.Value == 2), Deadline);

        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_datagram_keeps_its_source_and_time()
    {
        using var stop = new CancellationTokenSource();
        var running = _receiver.RunAsync(stop.Token);
        await SendAndWaitAsync(1);

        Assert.True(_queue.TryDequeue(out var datagram));
        Assert.Equal("hello"u8.ToArray(), datagram.Bytes.ToArray());
        Assert.Equal(_time.GetTimestamp(), datagram.ReceivedTimestamp);
        Assert.Equal(((IPEndPoint)_sender.LocalEndPoint!).Port, ((IPEndPoint)new IPEndPoint(0, 0).Create(datagram.Source)).Port);
        await stop.CancelAsync();
        await running;
    }

    /// <summary>A thousand datagrams through socket and queue, after warm-up: the loop itself may cost no memory for each.</summary>
    [Fact]
    public async Task Receiving_allocates_nothing_per_datagram()
    {
        using var stop = new CancellationTokenSource();
        var running = _receiver.RunAsync(stop.Token);
        SendAndTake(2000);

        var before = GC.GetTotalAllocatedBytes(precise: true);
        SendAndTake(1000);
        var perDatagram = (GC.GetTotalAllocatedBytes(precise: true) - before) / 1000.0;
        Assert.True(perDatagram < 8, $"{perDatagram} bytes per datagram");
        await stop.CancelAsync();
        await running;
    }

    public void Dispose()
    {
        _receiver.Dispose();
        _sender.Dispose();
    }

    /// <summary>Sends datagrams one by one, each as soon as the previous one has left the queue.</summary>
    private void SendAndTake(int count)
    {
        var target = _group.Serialize();
        for (var sent = 0; sent < count; sent++)
        {
            _sender.SendTo("hello"u8, SocketFlags.None, target);
            Assert.True(SpinWait.SpinUntil(_hasArrived, Deadline), "A datagram did not arrive.");
            _queue.TryDequeue(out var datagram);
            _queue.Return(datagram!);
        }
    }

    private Task SendAndWaitAsync(long total)
    {
        _sender.SendTo("hello"u8, _group);
        return Eventually.TrueAsync(() => Task.FromResult(_metrics.DatagramsReceived.Value == total), Deadline);
    }

    /// <summary>Advances time in steps, each long enough for the loop to have had its tick.</summary>
    private async Task PassAsync(TimeSpan duration)
    {
        for (var passed = TimeSpan.Zero; passed < duration; passed += TimeSpan.FromSeconds(5))
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }
    }
}
