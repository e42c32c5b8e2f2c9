using System.Buffers.Binary;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Signing;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Transport;

/// <summary>Creates and checks the cookies of unsigned requesters, without a state for each of them.</summary>
/// <remarks>
/// A cookie is the beginning of HMAC-SHA256 over address, port and time, by a secret of this run:
/// only a requester that receives at its address knows it. Allocates: nothing after construction.
/// </remarks>
internal sealed class RequestCookies
{
    /// <summary>A cookie is valid in the period in which it was created and in the next one:
    /// collectors renew theirs in half of it, so that no probe waits for one.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    private const int AddressBytes = 16;
    private const int PortBytes = 2;
    private const int PeriodBytes = 8;

    private readonly SignatureKey _key;
    private readonly TimeProvider _time;
    private readonly long _start;

    /// <summary>Initializes a new instance of the <see cref="RequestCookies"/> class.</summary>
    /// <param name="secret">The secret, <see cref="SignatureKey.SecretBytes"/>.</param>
    /// <param name="time">The clock.</param>
    public RequestCookies(ReadOnlySpan<byte> secret, TimeProvider time)
    {
        _key = new SignatureKey("c", secret, []);
        _time = time;
        _start = time.GetTimestamp();
    }

    /// <summary>Creates the cookies of a run, with a secret of the kernel's.</summary>
    /// <exception cref="InvalidOperationException">The kernel gives no random numbers.</exception>
    public static RequestCookies Create(TimeProvider time)
    {
        // OpenSSL's generator costs 4 MB.
        const string Source = "/dev/urandom";
        Span<byte> secret = stackalloc byte[SignatureKey.SecretBytes];
        return KernelFile.ReadOnce(Source, secret, out var length) == FileOutcome.Ok && length == secret.Length
            ? new RequestCookies(secret, time)
            : throw new InvalidOperationException($"{Source} cannot be read; the agent needs a random secret.");
    }

    /// <summary>Gets the cookie of a requester.</summary>
    /// <param name="requester">Its <c>sockaddr</c>.</param>
    public ulong Get(ReadOnlySpan<byte> requester) => Get(requester, CurrentPeriod);

    /// <summary>Determines whether a requester has its cookie of this period or of the one before.</summary>
    public bool IsValid(ReadOnlySpan<byte> requester, ulong cookie) =>
        cookie == Get(requester, CurrentPeriod) || cookie == Get(requester, CurrentPeriod - 1);

    private long CurrentPeriod => _time.GetElapsedTime(_start).Ticks / Period.Ticks;

    private ulong Get(ReadOnlySpan<byte> requester, long period)
    {
        Span<byte> message = stackalloc byte[AddressBytes + PortBytes + PeriodBytes];
        message.Clear();
        SocketAddressBytes.Address(requester).CopyTo(message);
        BinaryPrimitives.WriteUInt16BigEndian(
            message[AddressBytes..], (ushort)SocketAddressBytes.Port(requester));
        BinaryPrimitives.WriteInt64BigEndian(message[(AddressBytes + PortBytes)..], period);
        Span<byte> text = stackalloc byte[SignatureKey.TextBytesMax];
        var length = _key.WriteText(message, text);
        var mac = text.Slice(length - SignatureKey.MacTextBytes, RequestCookie.TextBytes);
        _ = RequestCookie.TryRead(mac, out var cookie);
        return cookie;
    }
}
