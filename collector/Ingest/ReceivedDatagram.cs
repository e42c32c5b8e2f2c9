using System.Net;
using System.Net.Sockets;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>A datagram between a socket and the ingest loop. Instances are pooled.</summary>
internal sealed class ReceivedDatagram
{
    /// <summary>
    /// Most datagrams fit the link's 1500 bytes; longer ones, as from raspi-cluster, enlarge the buffer once.
    /// </summary>
    private const int UsualBytes = 1536;

    private readonly SocketAddress _source = new(AddressFamily.InterNetworkV6);
    private byte[] _buffer = new byte[UsualBytes];
    private int _kept;

    /// <summary>Gets the bytes.</summary>
    /// <remarks>
    /// At most one byte more than is accepted: enough to reject a longer datagram,
    /// and a flood of long ones cannot enlarge the buffers.
    /// </remarks>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _kept);

    /// <summary>Gets the number of bytes received.</summary>
    public int Length { get; private set; }

    /// <summary>Gets the sender's address and port.</summary>
    public SocketAddress Source => _source;

    /// <summary>Gets the <see cref="TimeProvider"/> timestamp of its arrival.</summary>
    public long ReceivedTimestamp { get; private set; }

    /// <summary>Copies a received datagram.</summary>
    /// <param name="bytes">Its bytes, or as many as were kept.</param>
    /// <param name="length">Its true length.</param>
    /// <param name="source">The address that it came from.</param>
    /// <param name="receivedTimestamp">When it arrived.</param>
    public void Set(ReadOnlySpan<byte> bytes, int length, ReadOnlySpan<byte> source, long receivedTimestamp)
    {
        Length = length;
        _kept = Math.Min(bytes.Length, WireLimits.ReceivedBytesMax + 1);
        if (_buffer.Length < _kept)
        {
            _buffer = new byte[_kept];
        }

        bytes[.._kept].CopyTo(_buffer);
        source.CopyTo(_source.Buffer.Span);
        _source.Size = source.Length;
        ReceivedTimestamp = receivedTimestamp;
    }

    /// <summary>Copies a datagram of which all bytes were kept.</summary>
    public void Set(ReadOnlySpan<byte> bytes, SocketAddress source, long receivedTimestamp) =>
        Set(bytes, bytes.Length, source.Buffer.Span[..source.Size], receivedTimestamp);
}
