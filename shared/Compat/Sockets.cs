using System.Runtime.InteropServices;

namespace System.Net.Sockets;

/// <summary>Sockets that send and receive spans, without a copy.</summary>
internal static unsafe class Sockets
{
    private const int DoNotSignal = 0x4000; // MSG_NOSIGNAL
    private const int AddressBytesMax = 128; // struct sockaddr_storage

    extension(Socket socket)
    {
        /// <summary>Gets the descriptor.</summary>
        public SocketDescriptor SafeHandle => new(socket.Handle);

        public int Send(ReadOnlySpan<byte> bytes) => socket.Send(bytes, SocketFlags.None, out var error) is var sent
            && error == SocketError.Success ? sent : throw new SocketException((int)error);

        public int Send(ReadOnlySpan<byte> bytes, SocketFlags flags, out SocketError error)
        {
            fixed (byte* source = bytes)
            {
                return Result(
                    Send((int)socket.Handle, source, bytes.Length, (int)flags | DoNotSignal), out error);
            }
        }

        public int Receive(Span<byte> bytes) => socket.Receive(bytes, SocketFlags.None, out var error) is var received
            && error == SocketError.Success ? received : throw new SocketException((int)error);

        public int Receive(Span<byte> bytes, SocketFlags flags, out SocketError error)
        {
            fixed (byte* target = bytes)
            {
                return Result(Receive((int)socket.Handle, target, bytes.Length, (int)flags), out error);
            }
        }

        /// <exception cref="SocketException">The kernel refuses.</exception>
        public int SendTo(ReadOnlySpan<byte> bytes, SocketFlags flags, SocketAddress address)
        {
            var name = stackalloc byte[AddressBytesMax];
            for (var index = 0; index < address.Size; index++)
            {
                name[index] = address[index];
            }

            fixed (byte* source = bytes)
            {
                var sent = Result(
                    SendTo(
                        (int)socket.Handle, source, bytes.Length, (int)flags | DoNotSignal, name, (uint)address.Size),
                    out var error);
                return error == SocketError.Success ? sent : throw new SocketException((int)error);
            }
        }
    }

    extension(SocketAddress address)
    {
        /// <summary>Gets a copy of the bytes.</summary>
        public Memory<byte> Buffer
        {
            get
            {
                var bytes = new byte[address.Size];
                for (var index = 0; index < bytes.Length; index++)
                {
                    bytes[index] = address[index];
                }

                return bytes;
            }
        }
    }

    private static int Result(nint count, out SocketError error)
    {
        error = count >= 0 ? SocketError.Success : Explain(Marshal.GetLastWin32Error());
        return (int)Math.Max(count, 0);
    }

    /// <summary>Converts an errno of Linux; the numbers are those of asm-generic/errno.h.</summary>
    private static SocketError Explain(int errno) => errno switch
    {
        1 or 13 => SocketError.AccessDenied,
        4 => SocketError.Interrupted,
        11 => SocketError.WouldBlock,
        32 => SocketError.Shutdown,
        90 => SocketError.MessageSize,
        99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        104 => SocketError.ConnectionReset,
        105 => SocketError.NoBufferSpaceAvailable,
        107 => SocketError.NotConnected,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        113 => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    };

    [DllImport("libc", EntryPoint = "send", SetLastError = true)]
    private static extern nint Send(int socket, byte* buffer, nint count, int flags);

    [DllImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static extern nint Receive(int socket, byte* buffer, nint count, int flags);

    [DllImport("libc", EntryPoint = "sendto", SetLastError = true)]
    private static extern nint SendTo(
        int socket, byte* buffer, nint count, int flags, byte* address, uint addressLength);

    /// <summary>The descriptor of a socket.</summary>
    internal readonly struct SocketDescriptor(nint handle)
    {
        public nint DangerousGetHandle() => handle;
    }
}
