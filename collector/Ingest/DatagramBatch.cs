using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>Receives all datagrams that wait in a socket by one system call.</summary>
/// <remarks>
/// Source: recvmmsg(2). Allocates nothing after construction; the memory is pinned, because the kernel writes to it.
/// Where there is no such call, it receives one datagram at a time.
/// </remarks>
internal sealed partial class DatagramBatch
{
    /// <summary>Datagrams by one call: what arrives within a millisecond
    /// at the highest rate that the collector is made for.</summary>
    public const int CountMax = 64;

    /// <summary>One byte more than is accepted: enough to reject a longer datagram.</summary>
    private const int BufferBytes = WireLimits.ReceivedBytesMax + 1;

    /// <summary>Bytes of the longest address, <c>sockaddr_in6</c>, rounded up.</summary>
    private const int SourceBytes = 32;

    /// <summary>MSG_DONTWAIT, and MSG_TRUNC: the true length of a datagram that is longer than the buffer.</summary>
    private const int Flags = 0x40 | 0x20;

    /// <summary>EINTR.</summary>
    private const int Interrupted = 4;

    /// <summary>EAGAIN.</summary>
    private const int TryAgain = 11;

    // struct mmsghdr of a 64-bit kernel, in words: name, length of the name, vector, 1, control, its length, flags,
    // and the length of the datagram.
    private const int MessageWords = 8;
    private const int NameLengthWord = 1;
    private const int LengthWord = 7;

    private static readonly bool IsSupported = OperatingSystem.IsLinux() && nint.Size == sizeof(long);

    private readonly byte[] _bytes;
    private readonly byte[] _sources;
    private readonly int[] _lengths = new int[CountMax];
    private readonly int[] _sourceLengths = new int[CountMax];
    private readonly long[] _messages;
    private readonly SocketAddress _single = new(AddressFamily.InterNetworkV6);

    /// <summary>Initializes a new instance of the <see cref="DatagramBatch"/> class.</summary>
    public DatagramBatch()
    {
        _bytes = GC.AllocateUninitializedArray<byte>(CountMax * BufferBytes, pinned: true);
        _sources = GC.AllocateArray<byte>(CountMax * SourceBytes, pinned: true);
        _messages = GC.AllocateArray<long>(CountMax * MessageWords, pinned: true);
        var vectors = GC.AllocateArray<long>(CountMax * 2, pinned: true);
        Vectors = vectors;
        for (var index = 0; index < CountMax; index++)
        {
            vectors[2 * index] = Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, index * BufferBytes);
            vectors[(2 * index) + 1] = BufferBytes;
            var message = _messages.AsSpan(index * MessageWords, MessageWords);
            message[0] = Marshal.UnsafeAddrOfPinnedArrayElement(_sources, index * SourceBytes);
            message[2] = Marshal.UnsafeAddrOfPinnedArrayElement(vectors, 2 * index);
            message[3] = 1;
        }
    }

    /// <summary>Gets the number of datagrams that the last call received.</summary>
    public int Count { get; private set; }

    // The messages point to it.
    private long[] Vectors { get; }

    /// <summary>Receives what waits, without waiting itself.</summary>
    /// <returns>0, or the error number.</returns>
    public int Receive(Socket socket)
    {
        Count = 0;
        if (!IsSupported)
        {
            return ReceiveOne(socket);
        }

        for (var index = 0; index < CountMax; index++)
        {
            _messages[(index * MessageWords) + NameLengthWord] = SourceBytes;
        }

        var count = ReceiveMessages(socket.SafeHandle, _messages, CountMax, Flags, 0);
        if (count < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error is TryAgain or Interrupted ? 0 : error;
        }

        for (var index = 0; index < count; index++)
        {
            var message = _messages.AsSpan(index * MessageWords, MessageWords);
            _lengths[index] = (int)(uint)message[LengthWord];
            _sourceLengths[index] = (int)(uint)message[NameLengthWord];
        }

        Count = count;
        return 0;
    }

    /// <summary>Gets the true length of a datagram, of which at most one byte more than is accepted was kept.</summary>
    public int Length(int index) => _lengths[index];

    /// <summary>Gets the kept bytes of a datagram.</summary>
    public ReadOnlySpan<byte> Bytes(int index) =>
        _bytes.AsSpan(index * BufferBytes, Math.Min(_lengths[index], BufferBytes));

    /// <summary>Gets the address that a datagram came from.</summary>
    public ReadOnlySpan<byte> Source(int index) => _sources.AsSpan(index * SourceBytes, _sourceLengths[index]);

    /// <summary>Sleeps a moment, in which the socket collects datagrams.</summary>
    internal static void Pause(TimeSpan duration)
    {
        if (IsSupported)
        {
            _ = Sleep((uint)duration.TotalMicroseconds);
        }
    }

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    private static partial int ReceiveMessages(
        SafeSocketHandle socket, Span<long> messages, uint count, int flags, nint timeout);

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int Sleep(uint microseconds);

    private int ReceiveOne(Socket socket)
    {
        try
        {
            // A longer datagram is cut, which some systems report as an error and some do not.
            _lengths[0] = socket.ReceiveFrom(_bytes.AsSpan(0, BufferBytes), SocketFlags.None, _single);
            _sourceLengths[0] = _single.Size;
            _single.Buffer.Span[.._single.Size].CopyTo(_sources);
            Count = 1;
            return 0;
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.WouldBlock)
        {
            return 0;
        }
        catch (SocketException error)
        {
            return error.NativeErrorCode;
        }
    }
}
