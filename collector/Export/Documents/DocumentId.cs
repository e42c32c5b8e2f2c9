using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Collector.Export.Documents;

/// <summary>
/// The identity of a document.
/// It does not depend on the collector or the time of the export, so that OpenSearch keeps each reading once.
/// </summary>
/// <remarks>
/// Time first: OpenSearch looks up every identity, and one near the newest is looked up in few, recent segments.
/// A raspi-cluster datagram carries no identity. Its host name and time of arrival stand in for one,
/// so two collectors store it twice.
/// </remarks>
internal static class DocumentId
{
    /// <summary>The maximum length of an identity in bytes; OpenSearch allows 512.</summary>
    public const int LengthMax = 43;

    /// <summary>Writes the identity of a reading.</summary>
    /// <param name="nodeId">The node.</param>
    /// <param name="header">The header of the sample; <see langword="null"/> for a raspi-cluster datagram.</param>
    /// <param name="receivedAt">The time of arrival, in milliseconds since the epoch.</param>
    /// <param name="section">The section of the entry; <see langword="null"/> for the sample itself.</param>
    /// <param name="entry">The name of the entry.</param>
    /// <param name="into">The destination, at least <see cref="LengthMax"/> bytes.</param>
    /// <returns>The number of bytes.</returns>
    public static int Write(
        string nodeId, SampleHeader? header, long receivedAt, string? section, string? entry, Span<byte> into)
    {
        Span<byte> raw = stackalloc byte[32];
        var length = header is null ? WriteLegacy(nodeId, receivedAt, raw) : WriteHeader(header, raw);
        if (section is not null)
        {
            // Only the few entries of one sample could collide.
            BinaryPrimitives.WriteUInt64BigEndian(raw[length..], Hash(entry ?? string.Empty, Hash(section)));
            length += sizeof(ulong);
        }

        return Base64Url.EncodeToUtf8(raw[..length], into);
    }

    /// <summary>Writes the identity of an event.</summary>
    /// <param name="raised">The event.</param>
    /// <param name="observer">The collector's name.</param>
    /// <param name="into">The destination, at least <see cref="LengthMax"/> bytes.</param>
    /// <returns>The number of bytes.</returns>
    public static int Write(NodeEvent raised, string observer, Span<byte> into)
    {
        Span<byte> raw = stackalloc byte[14];
        WriteBigEndian(raised.Id, raw[..6]);
        BinaryPrimitives.WriteUInt64BigEndian(raw[6..], Hash(observer));
        return Base64Url.EncodeToUtf8(raw, into);
    }

    // 6 bytes of time, 8 of node, 4 of run, 5 of sequence and 1 of part: nothing is hashed, so nothing can collide.
    private static int WriteHeader(SampleHeader header, Span<byte> raw)
    {
        WriteBigEndian(header.TimeMilliseconds, raw[..6]);
        BinaryPrimitives.WriteUInt64BigEndian(raw[6..], ReadNode(header.Node));
        BinaryPrimitives.WriteUInt32BigEndian(raw[14..], header.Run);
        WriteBigEndian(header.Sequence, raw.Slice(18, 5));
        raw[23] = (byte)(header.Part?.Index ?? 0);
        return 24;
    }

    private static int WriteLegacy(string nodeId, long receivedAt, Span<byte> raw)
    {
        WriteBigEndian(receivedAt, raw[..6]);
        BinaryPrimitives.WriteUInt64BigEndian(raw[6..], Hash(nodeId));
        return 14;
    }

    private static ulong ReadNode(string node)
    {
        Span<byte> digits = stackalloc byte[WireLimits.NodeDigits];
        return node.Length == digits.Length && Encoding.ASCII.TryGetBytes(node, digits, out _)
            && HexDigits.TryRead(digits, digits.Length, out var value)
            ? value
            : Hash(node);
    }

    // FNV-1a: of a name, stable over versions and machines, unlike string.GetHashCode.
    private static ulong Hash(string text, ulong hash = 14_695_981_039_346_656_037UL)
    {
        foreach (var character in text)
        {
            hash = (hash ^ character) * 1_099_511_628_211UL;
        }

        return hash;
    }

    private static void WriteBigEndian(long value, Span<byte> into)
    {
        for (var index = into.Length - 1; index >= 0; index--)
        {
            into[index] = (byte)value;
            value >>= 8;
        }
    }
}
