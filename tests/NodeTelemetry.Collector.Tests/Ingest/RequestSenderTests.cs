using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Ingest;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Signing;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Ingest;

/// <summary>Requests as a node's socket receives them from the collector's.</summary>
public sealed class RequestSenderTests : IDisposable
{
    private const uint Asker = 0xA5CE;
    private const string NodeB = "00000000000000bb";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly SignatureKey Shared = new("shared-by-sixteen"[..16], Secret(1), []);
    private static readonly SignatureKey OfNodeB = new("node-b", Secret(2), [NodeB]);
    private static readonly ControlMessage Range = new() { Request = ControlRequest.Range, Run = 1, From = 5, To = 9 };
    private static readonly ControlMessage Sample = new() { Request = ControlRequest.Sample };

    private readonly ManualTimeProvider _time = new();
    private readonly CollectorMetrics _metrics = new();
    private readonly TempFolder _folder = new();
    private readonly Socket _node = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly MulticastReceiver _receiver;
    private readonly NodeRegistry _registry;
    private readonly RequestSender _sender;

    public RequestSenderTests()
    {
        _node.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _receiver = new MulticastReceiver(
            new MulticastEndpoint(AddressFamily.InterNetwork, 0, [], IsShared: false), ["lo"], 1 << 16,
            new DatagramQueue(16, _metrics), _metrics, _time, NullLogger.Instance);
        _registry = new NodeRegistry(10, _metrics, _time);
        _folder.Write("keys", $"{Shared.Id} {Convert.ToHexStringLower(Secret(1))}\nnode-b {Convert.ToHexStringLower(Secret(2))} {NodeB}\n");
        var keys = new KeyStore(SignaturePolicy.VerifyIfPresent, _folder["keys"], NullLogger.Instance);
        keys.Reload();
        _sender = new RequestSender([_receiver], keys, Asker, _time);
    }

    public void Dispose()
    {
        _receiver.Dispose();
        _node.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Requests_to_a_node_that_does_not_sign_are_unsigned()
    {
        var node = Known(Snapshots.NodeA, key: null);
        Assert.True(_sender.Send(node, Sample));
        Assert.Equal("""{"v":1,"ask":"sample"}""", Encoding.UTF8.GetString(await ReceiveAsync()));
        Assert.True(_sender.Send(node, Range));
        Assert.Equal("""{"v":1,"ask":"range","run":"00000001","from":5,"to":9}""", Encoding.UTF8.GetString(await ReceiveAsync()));
    }

    /// <summary>The first request gets a challenge; it is repeated with the cookie, and later ones have it at once.</summary>
    [Fact]
    public async Task A_challenged_request_is_repeated_once_with_the_cookie()
    {
        var node = Known(Snapshots.NodeA, key: null);
        var source = _node.LocalEndPoint!.Serialize();
        Assert.False(_sender.TakeCookie(source, 0x4162335F2D397A5A));
        Assert.True(_sender.Send(node, Range));
        await ReceiveAsync();

        Assert.False(_sender.TakeCookie(new IPEndPoint(IPAddress.Loopback, 9).Serialize(), 0x4162335F2D397A5A));
        Assert.True(_sender.TakeCookie(source, 0x4162335F2D397A5A));
        Assert.Equal(
            """{"v":1,"ask":"range","run":"00000001","from":5,"to":9,"cookie":"Ab3_-9zZ"}""",
            Encoding.UTF8.GetString(await ReceiveAsync()));

        // A forged challenge is replaced by the next real one, and nothing goes round.
        Assert.True(_sender.TakeCookie(source, 0x4242424242424242));
        Assert.Equal(0, _node.Available);
        Assert.False(_sender.TakeCookie(source, 0x4242424242424242));

        Assert.True(_sender.Send(node, Sample));
        Assert.Equal("""{"v":1,"ask":"sample","cookie":"BBBBBBBB"}""", Encoding.UTF8.GetString(await ReceiveAsync()));
        Assert.True(_sender.TakeCookie(source, 0x4162335F2D397A5A));
        Assert.Equal("""{"v":1,"ask":"sample","cookie":"Ab3_-9zZ"}""", Encoding.UTF8.GetString(await ReceiveAsync()));
    }

    [Fact]
    public async Task A_cookie_is_renewed_without_a_probe_and_a_late_challenge_is_ignored()
    {
        var node = Known(Snapshots.NodeA, key: null);
        var source = _node.LocalEndPoint!.Serialize();
        Assert.True(_sender.Send(node, new ControlMessage { Request = ControlRequest.Cookie }));
        Assert.Equal("""{"v":1,"ask":"cookie"}""", Encoding.UTF8.GetString(await ReceiveAsync()));
        Assert.True(_sender.TakeCookie(source, 1));
        Assert.Equal(0, _node.Available);
        Assert.False(node.Cookies.IsDue(_time.GetTimestamp()));

        _time.Advance(CookieState.RenewAfter);
        Assert.True(node.Cookies.IsDue(_time.GetTimestamp()));
        Assert.True(_sender.Send(node, Sample));
        _time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.False(_sender.TakeCookie(source, 2));
    }

    /// <summary>Each is signed with the node's key and has the node, the run, the newest sequence and a count.</summary>
    [Fact]
    public async Task Requests_to_a_node_that_signs_use_its_key_and_each_is_valid_once()
    {
        var nodes = new[] { (State: Known(Snapshots.NodeA, Shared), Key: Shared), (State: Known(NodeB, OfNodeB), Key: OfNodeB) };
        long count = 0;
        foreach (var request in (ControlMessage[])[Sample, Range, Range])
        {
            foreach (var (state, key) in nodes)
            {
                Assert.True(_sender.Send(state, request));
                var datagram = await ReceiveAsync();
                Assert.True(IsSigned(datagram, key));
                Assert.Equal(DecodeError.None, ControlDecoder.Decode(datagram, out var read));
                Assert.Equal(new ControlStamp(Convert.ToUInt64(state.Status.Id, 16), 17, Asker, ++count), read.Stamp);
                Assert.Equal((request.Request, 1u, request.From, request.To), (read.Request, read.Run, read.From, read.To));
            }
        }
    }

    /// <summary>Without the key of a node its requests are unsigned; such
    /// nodes exist only under the policy that checks nothing.</summary>
    [Fact]
    public async Task With_a_foreign_key_nothing_is_signed()
    {
        Assert.True(_sender.Send(Known(Snapshots.NodeA, new SignatureKey("foreign", Secret(3), [])), Sample));
        Assert.Equal("""{"v":1,"ask":"sample"}""", Encoding.UTF8.GetString(await ReceiveAsync()));
    }

    [Fact]
    public void The_longest_request_fits()
    {
        var node = Known(Snapshots.NodeA, Shared, sequence: long.MaxValue);
        var longest = new ControlMessage { Request = ControlRequest.Range, Run = uint.MaxValue, From = long.MaxValue, To = long.MaxValue };
        Assert.InRange(_sender.Write(node, longest), 200, WireLimits.ControlBytesMax);
    }

    [Fact]
    public void A_node_without_a_receiver_for_its_address_family_cannot_be_probed() =>
        Assert.False(_sender.Send(Known(Snapshots.NodeA, Shared, source: new IPEndPoint(IPAddress.IPv6Loopback, 9)), Sample));

    private static byte[] Secret(byte value) => [.. Enumerable.Repeat(value, SignatureKey.SecretBytes)];

    private static bool IsSigned(byte[] datagram, SignatureKey key) =>
        DatagramSignature.TryRead(datagram, out var signature)
        && key.HasId(signature.KeyId) && key.IsValidSignature(signature.Message, signature.MacText);

    /// <summary>Applies a datagram of the node, decoded from its bytes.</summary>
    private NodeState Known(string node, SignatureKey? key, long sequence = 17, IPEndPoint? source = null)
    {
        using var encoder = new SnapshotEncoder(key);
        encoder.Encode(Snapshots.Of(sequence, node));
        Assert.Equal(DecodeError.None, new SnapshotDecoder().Decode(encoder.Datagram(0).Span, out var snapshot));
        _registry.Apply(snapshot!, (source ?? (IPEndPoint)_node.LocalEndPoint!).Serialize(), _time.GetTimestamp());
        return _registry.States.Single(state => state.Status.Id == node);
    }

    private async Task<byte[]> ReceiveAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var buffer = new byte[WireLimits.ControlBytesMax];
        return buffer[..await _node.ReceiveAsync(buffer, deadline.Token)];
    }
}
