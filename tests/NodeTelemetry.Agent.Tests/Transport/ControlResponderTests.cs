using System.Net;
using System.Net.Sockets;
using System.Text;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.Agent.Transport;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Signing;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Transport;

/// <summary>Real sockets on the loopback: the asker is the sender's target, so it knows where to ask.</summary>
public sealed class ControlResponderTests : IDisposable
{
    private const ulong Node = 0xaa;
    private const uint Run = 0x0badcafe;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly ManualTimeProvider _time = new();
    private readonly AgentMetrics _metrics = new();
    private readonly PollDescriptor[] _descriptors = new PollDescriptor[MulticastSender.SocketCountMax];
    private readonly Socket _asker = Bind();
    private readonly DatagramRing _ring = new(64 * 1024);
    private readonly RequestCookies _cookies;
    private readonly DisplayedAlertLevel _alerts;
    private readonly MulticastSender _sender;
    private readonly ControlResponder _responder;
    private readonly SocketAddress _agent;
    private ReadOnlyMemory<byte>[] _newest = ["sample"u8.ToArray()];

    public ControlResponderTests()
    {
        _alerts = new DisplayedAlertLevel(_time);
        _cookies = new RequestCookies(new byte[SignatureKey.SecretBytes], _time);
        _sender = new MulticastSender(
            new SenderSettings { Targets = [new TargetName("127.0.0.1", PortOf(_asker))] },
            new KernelRoots(),
            _time,
            _metrics,
            new RecordingLogger());
        _responder = Responder();
        _sender.Send("first"u8, isForRaspiCluster: true);
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        _asker.ReceiveFrom(new byte[100], ref from);
        _agent = from.Serialize();
    }

    public void Dispose()
    {
        _sender.Dispose();
        _asker.Dispose();
    }

    [Fact]
    public void A_probe_is_answered_at_once_with_every_part_of_the_newest_sample()
    {
        _newest = ["one"u8.ToArray(), "two"u8.ToArray()];
        Ask(Probe);

        Assert.Equal(["one", "two"], [Receive(), Receive()]);
        Assert.Equal((1, 0), (_metrics.RequestsAnswered, _metrics.RequestsRefused));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sample")]
    [InlineData("""{"v":1,"ask":7}""")]
    [InlineData("""{"hostname":"pi","v":1}""")]
    public void What_is_malformed_is_counted_and_not_answered(string text)
    {
        Ask(WithCookie(text));

        AssertRefused(ControlRefusal.Malformed);
    }

    [Fact]
    public void What_is_too_long_is_refused_though_its_beginning_is_a_probe()
    {
        var padded = new byte[WireLimits.ControlBytesMax + 1];
        padded.AsSpan().Fill((byte)' ');
        ControlEncoder.Sample.CopyTo(padded);
        Ask(padded);

        AssertRefused(ControlRefusal.Malformed);
    }

    [Theory]
    [InlineData("""{"v":1,"ask":"range","run":"0badcaff","from":0,"to":9}""", ControlRefusal.NotKept)]
    [InlineData("""{"v":1,"ask":"range","run":"0badcafe","from":1000,"to":9223372036854775807}""", ControlRefusal.NotKept)]
    [InlineData("""{"v":1,"ask":"everything"}""", ControlRefusal.Unsupported)]
    public void What_cannot_be_answered_is_counted_and_not_answered(string text, object reason)
    {
        Keep(samples: 20);
        Ask(WithCookie(text));

        AssertRefused((ControlRefusal)reason);
    }

    /// <summary>What a collector says of the alerts is taken without an answer, and is unknown again when it has not been repeated in time.</summary>
    [Fact]
    public void A_displayed_alert_level_holds_for_its_time_to_live()
    {
        Assert.Null(_alerts.Worst);
        Ask(WithCookie("""{"v":1,"ask":"show","alert":"critical","ttl":90}"""));
        Assert.Equal(AlertLevel.Critical, _alerts.Worst);
        Ask(WithCookie("""{"v":1,"ask":"show","alert":"none","ttl":90}"""));
        Assert.Equal(AlertLevel.None, _alerts.Worst);
        Assert.Equal((2, 0, 0), (_metrics.RequestsAnswered, _metrics.RequestsRefused, _asker.Available));

        _time.Advance(TimeSpan.FromSeconds(89));
        Assert.Equal(AlertLevel.None, _alerts.Worst);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_alerts.Worst);
    }

    [Fact]
    public void The_worst_level_of_several_collectors_counts_and_a_fifth_is_refused()
    {
        var ttl = TimeSpan.FromSeconds(90);
        Assert.True(_alerts.TrySet("a"u8, AlertLevel.Critical, ttl));
        Assert.True(_alerts.TrySet("b"u8, AlertLevel.None, ttl));
        Assert.Equal(AlertLevel.Critical, _alerts.Worst);
        Assert.True(_alerts.TrySet("a"u8, AlertLevel.Warning, ttl / 2));
        Assert.Equal(AlertLevel.Warning, _alerts.Worst);
        Assert.True(_alerts.TrySet("c"u8, AlertLevel.None, ttl) && _alerts.TrySet("d"u8, AlertLevel.None, ttl));
        Assert.False(_alerts.TrySet("e"u8, AlertLevel.Critical, ttl));
        Assert.Equal(AlertLevel.Warning, _alerts.Worst);

        _time.Advance(ttl / 2);
        Assert.Equal(AlertLevel.None, _alerts.Worst);
        Assert.True(_alerts.TrySet("e"u8, AlertLevel.Critical, ttl));
        Assert.Equal(AlertLevel.Critical, _alerts.Worst);
    }

    [Fact]
    public void A_range_is_answered_with_what_is_kept_of_it_and_never_with_more()
    {
        Keep(samples: 20);
        Ask(WithCookie("""{"v":1,"ask":"range","run":"0badcafe","from":3,"to":5}"""));
        Assert.Equal(["sample 3", "sample 4", "sample 5"], [Receive(), Receive(), Receive()]);

        Ask(WithCookie("""{"v":1,"ask":"range","run":"0badcafe","from":19,"to":25}"""));
        Assert.Equal("sample 19", Receive());
        Assert.Equal(0, _asker.Available);
        Assert.Equal((2, 4), (_metrics.RequestsAnswered, _metrics.RepairsSent));
    }

    [Fact]
    public void A_long_range_is_answered_up_to_the_limit()
    {
        Keep(samples: 100);
        Ask(WithCookie("""{"v":1,"ask":"range","run":"0badcafe","from":0,"to":99}"""));

        Assert.Equal(WireLimits.RangeSamplesMax, _metrics.RepairsSent);
        Assert.Equal(WireLimits.RangeSamplesMax, Enumerable.Range(0, WireLimits.RangeSamplesMax).Count(index => Receive() == $"sample {index}"));
        Assert.Equal(0, _asker.Available);
    }

    [Fact]
    public void Repair_is_limited_within_a_second_and_goes_on_in_the_next()
    {
        Keep(samples: 20);
        for (var request = 0; request < 20; request++)
        {
            Ask(WithCookie("""{"v":1,"ask":"range","run":"0badcafe","from":0,"to":15}"""));
        }

        Assert.Equal(ControlResponder.RepairsPerSecondMax, _metrics.RepairsSent);
        Assert.Equal(20 - (ControlResponder.RepairsPerSecondMax / 16), _metrics.RequestsRefusedFor(ControlRefusal.TooMany));
        _time.Advance(TimeSpan.FromSeconds(1));
        Ask(WithCookie("""{"v":1,"ask":"range","run":"0badcafe","from":0,"to":0}"""));
        Assert.Equal(ControlResponder.RepairsPerSecondMax + 1, _metrics.RepairsSent);
    }

    /// <summary>A requester that does not receive at its address gets less than it sends there, whatever it asks for.</summary>
    [Theory]
    [InlineData("""{"v":1,"ask":"sample"}""")]
    [InlineData("""{"v":1,"ask":"cookie"}""")]
    [InlineData("""{"v":1,"ask":"range","run":"0badcafe","from":0,"to":19}""")]
    [InlineData("""{"v":1,"ask":"show","alert":"critical","ttl":3600}""")]
    [InlineData("""{"v":1,"ask":"sample","cookie":"AAAAAAAA"}""")]
    public void Without_a_cookie_the_reply_is_a_challenge_no_longer_than_the_request(string text)
    {
        _ring.Add(0, new byte[1400]);
        _newest = [new byte[1400], new byte[1400]];
        Ask(Encoding.UTF8.GetBytes(text));

        var reply = Receive();
        Assert.True(RequestCookie.TryReadChallenge(Encoding.UTF8.GetBytes(reply), out var cookie));
        Assert.Equal(Cookie, cookie);
        Assert.InRange(reply.Length, 1, text.Length);
        Assert.Equal(1, _metrics.RequestsRefusedFor(ControlRefusal.NoCookie));
        Assert.Equal((0, null, 0), (_asker.Available, _alerts.Worst, _metrics.RepairsSent));
    }

    [Fact]
    public void A_sample_in_many_parts_stays_within_the_bytes_of_an_address()
    {
        _newest = [.. Enumerable.Repeat(new ReadOnlyMemory<byte>(new byte[1400]), WireLimits.PartCountMax)];
        var before = _metrics.BytesSent;
        for (var probe = 0; probe < SourceBudgets.AnswersPerSecondMax; probe++)
        {
            Ask(Probe);
        }

        Assert.InRange(
            _metrics.BytesSent - before, SourceBudgets.BytesPerSecondMax - 1400, SourceBudgets.BytesPerSecondMax);
    }

    [Fact]
    public void Each_address_has_its_own_budget_of_which_repairs_leave_some_to_probes()
    {
        var budgets = new SourceBudgets(_time);
        byte[] one = [10, 77, 0, 1];
        while (budgets.TrySend(one, 1400, isRepair: true))
        {
        }

        Assert.True(budgets.TryAnswer(one) && budgets.TrySend(one, 1400, isRepair: false));
        for (byte other = 2; other <= SourceBudgets.SourceCountMax; other++)
        {
            Assert.True(budgets.TrySend([10, 77, 0, other], 1400, isRepair: true));
        }

        Assert.False(budgets.TrySend([10, 77, 0, 99], 1400, isRepair: true));
        Assert.False(budgets.TryAnswer([10, 77, 0, 99]));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(budgets.TryAnswer([10, 77, 0, 99]));
        Assert.True(budgets.TrySend(one, 1400, isRepair: true));
    }

    [Fact]
    public void With_a_key_only_signed_requests_are_answered_and_each_once()
    {
        var key = new SignatureKey("k", new byte[SignatureKey.SecretBytes], []);
        var responder = Responder(key);
        Ask(ControlEncoder.Sample.Span, responder);
        AssertRefused(ControlRefusal.Unsigned);

        var request = new byte[WireLimits.ControlBytesMax];
        var message = new ControlMessage
        {
            Request = ControlRequest.Sample,
            Run = Run,
            Stamp = new ControlStamp(Node, 0, 1, 1),
        };
        var length = ControlEncoder.Write(message, key, request);
        Ask(request.AsSpan(0, length), responder);
        Assert.Equal("sample", Receive());
        Ask(request.AsSpan(0, length), responder);
        Assert.Equal(1, _metrics.RequestsRefusedFor(ControlRefusal.Repeated));
        Assert.Equal((1, 2), (_metrics.RequestsAnswered, _metrics.RequestsRefused));
    }

    [Fact]
    public void Who_is_neither_a_target_nor_attached_gets_no_answer()
    {
        using var stranger = Bind();
        stranger.SendTo(ControlEncoder.Sample.Span, SocketFlags.None, _agent);
        Assert.Equal(1, WaitOnce());

        AssertRefused(ControlRefusal.Stranger);
        Assert.Equal(0, stranger.Available);
    }

    [Fact]
    public void Answers_are_limited_within_a_second_and_go_on_in_the_next()
    {
        for (var probe = 0; probe < SourceBudgets.AnswersPerSecondMax + 5; probe++)
        {
            Ask(Probe);
        }

        Assert.Equal(SourceBudgets.AnswersPerSecondMax, _metrics.RequestsAnswered);
        Assert.Equal(5, _metrics.RequestsRefusedFor(ControlRefusal.TooMany));
        _time.Advance(TimeSpan.FromSeconds(1));
        Ask(Probe);
        Assert.Equal(SourceBudgets.AnswersPerSecondMax + 1, _metrics.RequestsAnswered);
    }

    [Fact]
    public void A_flood_waits_with_the_kernel_and_the_agent_for_its_tick()
    {
        for (var request = 0; request < ControlResponder.RequestsPerSecondMax; request++)
        {
            Ask("x"u8);
        }

        _asker.SendTo("x"u8, SocketFlags.None, _agent);
        Assert.Equal(0, WaitOnce());
        Assert.Equal(ControlResponder.RequestsPerSecondMax, _metrics.RequestsRefused);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, WaitOnce());
        Assert.Equal(ControlResponder.RequestsPerSecondMax + 1, _metrics.RequestsRefused);
    }

    [Fact]
    public void Answering_challenging_and_refusing_allocate_nothing()
    {
        var probe = Probe;
        var bare = ControlEncoder.Sample.ToArray();
        for (var round = 0; round < 50; round++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _asker.SendTo(probe, SocketFlags.None, _agent);
            _asker.SendTo(bare, SocketFlags.None, _agent);
            _asker.SendTo("garbage"u8, SocketFlags.None, _agent);
            var before = GC.GetAllocatedBytesForCurrentThread();
            WaitOnce();
            WaitOnce();
            WaitOnce();
            Assert.True(round < 10 || GC.GetAllocatedBytesForCurrentThread() == before, $"round {round}");
        }

        Assert.Equal((50, 50), (_metrics.RequestsAnswered, _metrics.RequestsRefusedFor(ControlRefusal.Malformed)));
        Assert.Equal(50, _metrics.RequestsRefusedFor(ControlRefusal.NoCookie));
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.255.1.2", true)]
    [InlineData("128.0.0.1", false)]
    [InlineData("239.192.77.77", false)]
    [InlineData("::1", false)]
    public void Neighbours_of_the_chosen_interfaces_may_ask(string address, bool may)
    {
        using var sender = new MulticastSender(
            new SenderSettings { Group4 = IPAddress.Parse("239.192.77.77"), Port = 6077, Interfaces = ["lo"] },
            new KernelRoots(),
            _time,
            _metrics,
            new RecordingLogger());
        sender.Send("x"u8, isForRaspiCluster: true);

        // IPv6 multicast is not sent by the loopback, but its address there is attached all the same.
        var asker = new IPEndPoint(IPAddress.Parse(address), 1).Serialize();
        var hasIPv6 = address == "::1" && Socket.OSSupportsIPv6;
        Assert.Equal(may || hasIPv6, sender.MayAnswer(asker.Buffer.Span[..asker.Size]));
        var portless = new IPEndPoint(IPAddress.Parse(address), 0).Serialize();
        Assert.False(sender.MayAnswer(portless.Buffer.Span[..portless.Size]));
    }

    [Theory]
    [InlineData("10.77.0.1", 24, "10.77.0.255", true)]
    [InlineData("10.77.0.1", 24, "10.77.1.1", false)]
    [InlineData("10.77.0.1", 23, "10.77.1.1", true)]
    [InlineData("10.77.0.1", 31, "10.77.0.2", false)]
    [InlineData("10.77.0.1", 32, "10.77.0.1", true)]
    [InlineData("10.77.0.1", 0, "10.77.0.1", false)]
    [InlineData("fd77::1", 64, "fd77::ffff:1", true)]
    [InlineData("fd77::1", 64, "fd77:0:0:1::1", false)]
    [InlineData("fd77::1", 128, "fd77::1", true)]
    [InlineData("10.77.0.1", 8, "a00::1", false)]
    public void A_network_contains_what_shares_its_prefix(string address, int prefix, string other, bool contains) =>
        Assert.Equal(
            contains,
            new AttachedNetwork(IPAddress.Parse(address).GetAddressBytes(), prefix)
                .Contains(IPAddress.Parse(other).GetAddressBytes()));

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 10_000 };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private byte[] Probe => WithCookie("""{"v":1,"ask":"sample"}""");

    private ulong Cookie
    {
        get
        {
            var address = _asker.LocalEndPoint!.Serialize();
            return _cookies.Get(address.Buffer.Span[..address.Size]);
        }
    }

    private byte[] WithCookie(string request)
    {
        var text = new byte[RequestCookie.TextBytes];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(text, Cookie);
        return Encoding.UTF8.GetBytes(request.Contains("\"ask\"", StringComparison.Ordinal)
            ? request.Replace("}", $",\"cookie\":\"{Encoding.ASCII.GetString(text)}\"}}", StringComparison.Ordinal)
            : request);
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private ControlResponder Responder(params SignatureKey[] keys)
    {
        var source = new ReplySource(Node, Run, static () => 0, Newest, _ring.Get);
        return new ControlResponder(
            _sender,
            source,
            new RequestGuard(keys, _cookies, new RequesterTable(), source),
            _alerts,
            _time,
            _metrics);
    }

    private void Keep(int samples)
    {
        for (var sequence = 0; sequence < samples; sequence++)
        {
            _ring.Add(sequence, Encoding.UTF8.GetBytes($"sample {sequence}"));
        }
    }

    private ReadOnlyMemory<byte> Newest(int part) => part < _newest.Length ? _newest[part] : default;

    private void Ask(ReadOnlySpan<byte> request, ControlResponder? responder = null)
    {
        _asker.SendTo(request, SocketFlags.None, _agent);
        Assert.Equal(1, WaitOnce(responder));
    }

    /// <summary>Waits for one request and answers it, as the agent does between two ticks.</summary>
    /// <returns>How many sockets had one.</returns>
    private int WaitOnce(ControlResponder? responder = null)
    {
        responder ??= _responder;
        var timeout = Deadline;
        var count = responder.ListSockets(_descriptors, ref timeout);
        if (count == 0)
        {
            Assert.InRange(timeout, TimeSpan.Zero, TimeSpan.FromSeconds(1));
            return 0;
        }

        var ready = PollDescriptor.Wait(_descriptors.AsSpan(0, count), timeout);
        responder.Answer(_descriptors.AsSpan(0, count));
        return ready;
    }

    private string Receive()
    {
        var buffer = new byte[100];
        return Encoding.UTF8.GetString(buffer, 0, _asker.Receive(buffer));
    }

    private void AssertRefused(ControlRefusal reason)
    {
        Assert.Equal(1, _metrics.RequestsRefusedFor(reason));
        Assert.Equal((0, 1), (_metrics.RequestsAnswered, _metrics.RequestsRefused));
        Assert.Equal(0, _asker.Available);
    }
}
