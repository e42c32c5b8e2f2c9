using System.Net;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Transport;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Signing;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Transport;

public sealed class RequestGuardTests
{
    private const ulong Node = 0xaa;
    private const uint Run = 7;

    private static readonly SignatureKey Key = new("mine", Secret(1), []);
    private static readonly SignatureKey Second = new("second", Secret(2), []);
    private static readonly SignatureKey Foreign = new("mine", Secret(3), []);

    private static readonly byte[] Requester = Address("10.77.0.1", 6077);

    private readonly ManualTimeProvider _time = new();
    private readonly RequestCookies _cookies;
    private readonly byte[] _buffer = new byte[WireLimits.ControlBytesMax];
    private readonly RequesterTable _requesters = new();
    private readonly RequestGuard _guard;
    private long _newest = 1000;

    public RequestGuardTests()
    {
        _cookies = new RequestCookies(Secret(9), _time);
        _guard = Guard(Key, Second);
    }

    [Fact]
    public void Without_a_key_a_requester_needs_the_cookie_of_its_address_and_port()
    {
        Assert.Equal(ControlRefusal.NoCookie, CheckUnsigned(null, Requester));
        Assert.Null(CheckUnsigned(_cookies.Get(Requester), Requester));
        Assert.Equal(ControlRefusal.NoCookie, CheckUnsigned(_cookies.Get(Requester) ^ 1, Requester));
        Assert.Equal(ControlRefusal.NoCookie, CheckUnsigned(_cookies.Get(Requester), Address("10.77.0.2", 6077)));
        Assert.Equal(ControlRefusal.NoCookie, CheckUnsigned(_cookies.Get(Requester), Address("10.77.0.1", 6078)));
        Assert.NotEqual(_cookies.Get(Requester), new RequestCookies(Secret(10), _time).Get(Requester));
    }

    [Fact]
    public void A_cookie_expires_in_the_period_after_the_next()
    {
        var cookie = _cookies.Get(Requester);
        _time.Advance((2 * RequestCookies.Period) - TimeSpan.FromSeconds(1));
        Assert.Null(CheckUnsigned(cookie, Requester));
        Assert.NotEqual(cookie, _cookies.Get(Requester));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(ControlRefusal.NoCookie, CheckUnsigned(cookie, Requester));
    }

    [Fact]
    public void The_secret_is_different_in_every_run() =>
        Assert.NotEqual(RequestCookies.Create(_time).Get(Requester), RequestCookies.Create(_time).Get(Requester));

    [Fact]
    public void A_request_with_any_of_the_keys_is_accepted()
    {
        Assert.Null(Check(Key));
        Assert.Null(Check(Second, count: 2));
    }

    [Theory]
    [InlineData(Node + 1, Run, 1000)]
    [InlineData(Node, Run + 1, 1000)]
    [InlineData(Node, Run, 1001)]
    [InlineData(Node, Run, 999 - WireLimits.RequestAgeSamplesMax)]
    public void What_is_for_another_node_or_run_or_too_old_is_refused(ulong node, uint run, long sequence) =>
        Assert.Equal(ControlRefusal.Outdated, Check(Key, node: node, run: run, sequence: sequence));

    [Fact]
    public void Another_secret_by_the_same_name_is_refused() =>
        Assert.Equal(ControlRefusal.BadSignature, Check(Foreign));

    [Fact]
    public void A_signature_without_what_makes_it_good_for_once_is_refused()
    {
        byte[] request = [.. """{"v":1,"ask":"sample","run":"00000007","node":"00000000000000aa","seq":1000"""u8];
        var sig = new byte[SignatureKey.TextBytesMax];
        var length = Key.WriteText(request, sig);
        byte[] signed = [.. request, .. ",\"sig\":\""u8, .. sig[..length], .. "\"}"u8];

        Assert.Equal(DecodeError.None, ControlDecoder.Decode(signed, out var message));
        Assert.Equal(ControlRefusal.Outdated, _guard.Check(signed, message, Requester));
    }

    [Fact]
    public void Any_changed_byte_is_refused()
    {
        var original = Sign(Key, new ControlStamp(Node, 1000, 1, 1)).ToArray();
        for (var index = 0; index < original.Length; index++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var altered = original.ToArray();
                altered[index] ^= (byte)(1 << bit);
                if (ControlDecoder.Decode(altered, out var message) == DecodeError.None)
                {
                    Assert.NotNull(_guard.Check(altered, message, Requester));
                }
            }
        }
    }

    [Fact]
    public void A_replay_is_refused_for_ever()
    {
        var recorded = Sign(Key, new ControlStamp(Node, 1000, 1, 5)).ToArray();
        Assert.Null(Check(recorded));
        for (; _newest < 1200; _newest++)
        {
            Assert.NotNull(Check(recorded));
        }
    }

    /// <summary>While requests are good, as many askers are remembered as there may be, and no other pushes one out.</summary>
    [Fact]
    public void Too_many_askers_are_refused_until_the_others_requests_are_outdated()
    {
        for (var requester = 1u; requester <= RequesterTable.RequesterCountMax; requester++)
        {
            Assert.Null(Check(Key, requester: requester));
        }

        Assert.Equal(ControlRefusal.TooMany, Check(Key, requester: 99));
        Assert.Null(Check(Key, requester: 1, count: 2));
        _newest += WireLimits.RequestAgeSamplesMax + 1;
        Assert.Null(Check(Key, requester: 99, sequence: _newest));
    }

    [Fact]
    public void Checking_allocates_nothing()
    {
        var request = Sign(Key, new ControlStamp(Node, 1000, 1, 1)).ToArray();
        ControlDecoder.Decode(request, out var message);
        _guard.Check(request, message, Requester);
        var before = GC.GetAllocatedBytesForCurrentThread();
        _guard.Check(request, message, Requester);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static byte[] Secret(byte value)
    {
        var secret = new byte[SignatureKey.SecretBytes];
        secret[0] = value;
        return secret;
    }

    private static byte[] Address(string address, int port)
    {
        var socketAddress = new IPEndPoint(IPAddress.Parse(address), port).Serialize();
        return socketAddress.Buffer[..socketAddress.Size].ToArray();
    }

    private ControlRefusal? CheckUnsigned(ulong? cookie, byte[] requester) => Guard().Check(
        ControlEncoder.Sample.Span, new ControlMessage { Request = ControlRequest.Sample, Cookie = cookie }, requester);

    private RequestGuard Guard(params SignatureKey[] keys) => new(
        keys, _cookies, _requesters, new ReplySource(Node, Run, () => _newest, static _ => default, static (_, _) => default));

    private ControlRefusal? Check(
        SignatureKey key, ulong node = Node, uint run = Run, long sequence = 1000, uint requester = 1, long count = 1) =>
        Check(Sign(key, new ControlStamp(node, sequence, requester, count), run));

    private ControlRefusal? Check(ReadOnlySpan<byte> request)
    {
        Assert.Equal(DecodeError.None, ControlDecoder.Decode(request, out var message));
        return _guard.Check(request, message, Requester);
    }

    private Span<byte> Sign(SignatureKey key, ControlStamp stamp, uint run = Run)
    {
        var message = new ControlMessage { Request = ControlRequest.Range, Run = run, From = 3, To = 9, Stamp = stamp };
        return _buffer.AsSpan(0, ControlEncoder.Write(message, key, _buffer));
    }
}
