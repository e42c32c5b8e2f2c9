using System.Net;
using System.Net.Sockets;
using System.Text;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Ingest;
using NodeTelemetry.Protocol.Limits;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Ingest;

public sealed class DatagramBatchTests : IDisposable
{
    private readonly Socket _receiver = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
    private readonly Socket _sender = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly DatagramBatch _batch = new();

    public DatagramBatchTests()
    {
        _receiver.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _sender.Connect(_receiver.LocalEndPoint!);
    }

    [Fact]
    public void Receives_all_that_waits_by_one_call()
    {
        for (var index = 0; index < 10; index++)
        {
            _sender.Send(Encoding.ASCII.GetBytes($"datagram {index}"));
        }

        Receive();

        Assert.Equal(10, _batch.Count);
        for (var index = 0; index < 10; index++)
        {
            Assert.Equal($"datagram {index}", Encoding.ASCII.GetString(_batch.Bytes(index)));
            Assert.Equal(_sender.LocalEndPoint, Source(index));
        }

        Assert.Equal((0, 0), (_batch.Receive(_receiver), _batch.Count));
    }

    [Fact]
    public void Keeps_the_true_length_of_a_longer_datagram_than_is_accepted()
    {
        _sender.Send(new byte[20_000]);
        Receive();

        Assert.Equal((20_000, WireLimits.ReceivedBytesMax + 1), (_batch.Length(0), _batch.Bytes(0).Length));
    }

    [Fact]
    public void Receives_an_empty_datagram()
    {
        _sender.Send(Array.Empty<byte>());
        Receive();

        Assert.Equal((1, 0), (_batch.Count, _batch.Length(0)));
    }

    /// <summary>However many datagrams a batch has, the loop is called once.</summary>
    [Fact]
    public void A_batch_is_queued_in_order_and_reported_once()
    {
        var reported = new List<int>();
        var queue = new DatagramQueue(100, new CollectorMetrics()) { Added = reported.Add };
        for (var index = 0; index < 20; index++)
        {
            _sender.Send(new[] { (byte)index });
        }

        Receive();
        queue.Enqueue(_batch, 7);

        Assert.Equal([20], reported);
        var taken = new ReceivedDatagram[64];
        Assert.Equal(20, queue.Dequeue(taken));
        Assert.Equal(Enumerable.Range(0, 20), taken.Take(20).Select(static datagram => (int)datagram.Bytes[0]));
        Assert.Equal((7, 0), (taken[19].ReceivedTimestamp, queue.Count));
        Assert.Equal(((IPEndPoint)_sender.LocalEndPoint!).Port, ((IPEndPoint)new IPEndPoint(0, 0).Create(taken[0].Source)).Port);
    }

    public void Dispose()
    {
        _receiver.Dispose();
        _sender.Dispose();
    }

    private void Receive()
    {
        Assert.True(_receiver.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead));
        Assert.Equal(0, _batch.Receive(_receiver));
    }

    private EndPoint Source(int index)
    {
        var address = new SocketAddress(AddressFamily.InterNetwork);
        _batch.Source(index).CopyTo(address.Buffer.Span);
        return new IPEndPoint(0, 0).Create(address);
    }
}
