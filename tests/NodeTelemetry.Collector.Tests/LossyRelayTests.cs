using System.Net;
using System.Net.Sockets;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests;

/// <summary>The relay itself: tests that trust it must not trust something that does nothing.</summary>
public sealed class LossyRelayTests : IAsyncLifetime
{
    /// <summary>Fewer than a socket's usual buffer holds, repeats included: nothing may be lost but by the relay.</summary>
    private const int Count = 200;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly Socket _target = NewSocket();
    private readonly Socket _sender = NewSocket();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _target.Dispose();
        _sender.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Passes_everything_both_ways_without_faults()
    {
        await using var relay = new LossyRelay(Target(), 1, RelayFaults.None);
        var received = await ExchangeAsync(relay);

        Assert.Equal(Enumerable.Range(0, Count), received.Select(static bytes => BitConverter.ToInt32(bytes)));
    }

    [Fact]
    public async Task Drops_repeats_reorders_truncates_and_flips_the_same_for_the_same_seed()
    {
        var faults = new RelayFaults(0.1, 0.1, 0.1, 0.1, 0.1);
        var all = new List<string>();
        for (var round = 0; round < 2; round++)
        {
            await using var relay = new LossyRelay(Target(), 20261121, faults, RelayFaults.None);
            var received = await ExchangeAsync(relay);
            all.Add(string.Join(' ', received.Select(Convert.ToHexString)));

            Assert.InRange(relay.Dropped, Count / 20, Count / 5);
            Assert.Contains(received, static bytes => bytes.Length < sizeof(int));
            Assert.Contains(received, static bytes => bytes.Length == sizeof(int) && BitConverter.ToInt32(bytes) is < 0 or > Count);
            var order = received.Where(static bytes => bytes.Length == sizeof(int)).Select(static bytes => BitConverter.ToInt32(bytes)).ToList();
            Assert.Contains(order.Zip(order.Skip(1)), static pair => pair.First == pair.Second);
            Assert.Contains(order.Zip(order.Skip(1)), static pair => pair.First == pair.Second + 1);
        }

        Assert.Equal(all[0], all[1]);
    }

    /// <summary>Sends numbered datagrams one by one until the relay has seen each; then a mark that has to arrive.</summary>
    private async Task<List<byte[]>> ExchangeAsync(LossyRelay relay)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        for (var number = 0; number < Count; number++)
        {
            await _sender.SendToAsync(BitConverter.GetBytes(number), relay.Address, deadline.Token);
        }

        // What waits for a successor comes behind the mark; the answer to the mark shows the way back.
        await Eventually.TrueAsync(() => Task.FromResult(Seen(relay) >= Count), Deadline, relay.ToString);
        relay.Forward = RelayFaults.None;
        await _sender.SendToAsync("mark"u8.ToArray(), relay.Address, deadline.Token);
        var received = new List<byte[]>();
        var buffer = new byte[100];
        while (true)
        {
            var result = await _target.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), deadline.Token);
            var bytes = buffer[..result.ReceivedBytes];
            if (bytes.AsSpan().SequenceEqual("mark"u8))
            {
                await _target.SendToAsync("back"u8.ToArray(), result.RemoteEndPoint, deadline.Token);
                break;
            }

            received.Add(bytes);
        }

        var back = await _sender.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), deadline.Token);
        Assert.Equal((4, (EndPoint)relay.Address), (back.ReceivedBytes, back.RemoteEndPoint));

        // A round begins with an empty socket: the one that waited for the mark may still come.
        while (_target.Poll(TimeSpan.FromMilliseconds(50), SelectMode.SelectRead))
        {
            received.Add(buffer[.._target.Receive(buffer)]);
        }

        return received;
    }

    private static int Seen(LossyRelay relay) => relay.ToString().Split(": ")[1].Split(", ").Sum(static part => int.Parse(part.Split(' ')[0]));

    private static Socket NewSocket()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 << 20 };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private IPEndPoint Target() => (IPEndPoint)_target.LocalEndPoint!;
}
