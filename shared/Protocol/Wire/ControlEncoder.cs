using System.Buffers.Binary;
using System.Globalization;
using System.Text.Unicode;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Signing;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>Writes control datagrams. Allocates nothing.</summary>
public static class ControlEncoder
{
    /// <summary>Gets the unsigned probe: the request for the newest sample.</summary>
    public static ReadOnlyMemory<byte> Sample { get; } = """{"v":1,"ask":"sample"}"""u8.ToArray();

    /// <summary>Writes a request.</summary>
    /// <param name="message">The request.</param>
    /// <param name="key">The key that signs it; <see langword="null"/> for an unsigned request,
    /// which has no stamp.</param>
    /// <param name="into">The buffer, <see cref="WireLimits.ControlBytesMax"/>.</param>
    /// <returns>The number of bytes written.</returns>
    public static int Write(in ControlMessage message, SignatureKey? key, Span<byte> into)
    {
        var invariant = CultureInfo.InvariantCulture;
        var ask = message.Request switch
        {
            ControlRequest.Range => "range",
            ControlRequest.Show => "show",
            ControlRequest.Cookie => "cookie",
            _ => "sample",
        };
        Utf8.TryWrite(into, invariant, $"{{\"v\":{WireLimits.Version},\"ask\":\"{ask}\"", out var length);
        if (message.Run is { } run && (message.Request == ControlRequest.Range || key is not null))
        {
            Utf8.TryWrite(into[length..], invariant, $",\"run\":\"{run:x8}\"", out var written);
            length += written;
        }

        if (message.Request == ControlRequest.Range)
        {
            Utf8.TryWrite(
                into[length..], invariant, $",\"from\":{message.From},\"to\":{message.To}", out var written);
            length += written;
        }

        if (message.Request == ControlRequest.Show)
        {
            var alert = message.Alert switch
            {
                AlertLevel.Warning => "warning",
                AlertLevel.Critical => "critical",
                _ => "none",
            };
            Utf8.TryWrite(
                into[length..], invariant, $",\"alert\":\"{alert}\",\"ttl\":{message.AlertSeconds}", out var written);
            length += written;
        }

        if (key is null && message.Cookie is { } cookie)
        {
            ",\"cookie\":\""u8.CopyTo(into[length..]);
            length += ",\"cookie\":\""u8.Length;
            BinaryPrimitives.WriteUInt64BigEndian(into[length..], cookie);
            length += RequestCookie.TextBytes;
            into[length++] = (byte)'"';
        }

        if (key is not null && message.Stamp is { } stamp)
        {
            Utf8.TryWrite(
                into[length..],
                invariant,
                $",\"node\":\"{stamp.Node:x16}\",\"seq\":{stamp.Sequence}",
                out var written);
            length += written;
            Utf8.TryWrite(
                into[length..], invariant, $",\"asker\":\"{stamp.Requester:x8}\",\"count\":{stamp.Count}", out written);
            length += written;
            var signed = into[..length];
            DatagramSignature.Marker.CopyTo(into[length..]);
            length += DatagramSignature.Marker.Length;
            length += key.WriteText(signed, into[length..]);
            into[length++] = (byte)'"';
        }

        into[length++] = (byte)'}';
        return length;
    }
}
