using System.Net;
using System.Net.Sockets;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>One datagram on its way from a socket to the ingest loop. Instances are used again and again.</summary>
internal sealed class ReceivedDatagram
{
    /// <summary>
    /// Most datagrams fit the link's 1500 bytes; longer ones, raspi-cluster's, make the buffer grow once.
    /// </summary>
    private const int UsualBytes = 1536;

    private readonly SocketAddress _source = new(AddressFamily.InterNetworkV6);
    private byte[] _buffer = new byte[UsualBytes];
    private int _kept;

    /// <summary>Gets the bytes.</summary>
    /// <remarks>
    /// One byte more than is accepted at most: that is enough to refuse a longer datagram, and no flood of long ones
    /// can make the buffers large.
    /// </remarks>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _kept);

    /// <summary>Gets how many bytes arrived.</summary>
    public int Length { get; private set; }

    /// <summary>Gets the sender's address and port.</summary>
    public SocketAddress Source => _source;

    /// <summary>Gets a value indicating whether this is no datagram but the moment to look for silent nodes.</summary>
    public bool IsTick { get; private set; }

    /// <summary>Gets the <see cref="TimeProvider"/> timestamp of its arrival.</summary>
    public long ReceivedTimestamp { get; private set; }

    /// <summary>Takes a copy of what a socket received.</summary>
    public void Set(ReadOnlySpan<byte> bytes, SocketAddress source, long receivedTimestamp)
    {
        Length = bytes.Length;
        _kept = Math.Min(bytes.Length, WireLimits.ReceivedBytesMax + 1);
        if (_buffer.Length < _kept)
        {
            _buffer = new byte[_kept];
        }

        bytes[.._kept].CopyTo(_buffer);
        source.Buffer.Span[..source.Size].CopyTo(_source.Buffer.Span);
        _source.Size = source.Size;
        ReceivedTimestamp = receivedTimestamp;
        IsTick = false;
    }

    /// <summary>Makes it a tick.</summary>
    public void SetTick(long timestamp)
    {
        Length = 0;
        _kept = 0;
        ReceivedTimestamp = timestamp;
        IsTick = true;
    }
}
