using System.Net;
using System.Net.Sockets;

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
    private int _length;

    /// <summary>Gets the bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Gets the sender's address and port.</summary>
    public SocketAddress Source => _source;

    /// <summary>Gets a value indicating whether this is no datagram but the moment to look for silent nodes.</summary>
    public bool IsTick { get; private set; }

    /// <summary>Gets the <see cref="TimeProvider"/> timestamp of its arrival.</summary>
    public long ReceivedTimestamp { get; private set; }

    /// <summary>Takes a copy of what a socket received.</summary>
    public void Set(ReadOnlySpan<byte> bytes, SocketAddress source, long receivedTimestamp)
    {
        if (_buffer.Length < bytes.Length)
        {
            _buffer = new byte[bytes.Length];
        }

        bytes.CopyTo(_buffer);
        _length = bytes.Length;
        source.Buffer.Span[..source.Size].CopyTo(_source.Buffer.Span);
        _source.Size = source.Size;
        ReceivedTimestamp = receivedTimestamp;
        IsTick = false;
    }

    /// <summary>Makes it a tick.</summary>
    public void SetTick(long timestamp)
    {
        _length = 0;
        ReceivedTimestamp = timestamp;
        IsTick = true;
    }
}
