using System.Runtime.InteropServices;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>The other half of each call: on .NET the compiler generates it.</summary>
internal static unsafe partial class LibC
{
    public static partial int Open(ReadOnlySpan<byte> path, int flags)
    {
        fixed (byte* text = path)
        {
            return Native.Open(text, flags);
        }
    }

    public static partial nint ReadAt(int descriptor, Span<byte> buffer, nint count, nint offset)
    {
        fixed (byte* target = buffer)
        {
            return Native.ReadAt(descriptor, target, count, offset);
        }
    }

    public static partial nint Read(int descriptor, Span<byte> buffer, nint count)
    {
        fixed (byte* target = buffer)
        {
            return Native.Read(descriptor, target, count);
        }
    }

    public static partial nint Write(int descriptor, ReadOnlySpan<byte> buffer, nint count)
    {
        fixed (byte* source = buffer)
        {
            return Native.Write(descriptor, source, count);
        }
    }

    public static partial int CreateEvent(uint count, int flags) => Native.CreateEvent(count, flags);

    public static partial int Control(int descriptor, nuint request, ReadOnlySpan<nint> argument)
    {
        fixed (nint* words = argument)
        {
            return Native.Control(descriptor, request, words);
        }
    }

    public static partial int Advise(nint address, nuint length, int advice) => Native.Advise(address, length, advice);

    public static partial int Poll(Span<PollDescriptor> descriptors, nuint count, int milliseconds)
    {
        fixed (PollDescriptor* first = descriptors)
        {
            return Native.Poll(first, count, milliseconds);
        }
    }

    public static partial int OpenSocket(int family, int type, int protocol) =>
        Native.OpenSocket(family, type, protocol);

    public static partial int Bind(int socket, ReadOnlySpan<byte> address, uint addressLength)
    {
        fixed (byte* name = address)
        {
            return Native.Bind(socket, name, addressLength);
        }
    }

    public static partial nint ReceiveFrom(
        int socket, Span<byte> buffer, nint count, int flags, Span<byte> address, ref uint addressLength)
    {
        fixed (byte* target = buffer)
        fixed (byte* name = address)
        {
            return Native.ReceiveFrom(socket, target, count, flags, name, ref addressLength);
        }
    }

    public static partial nint SendTo(
        int socket, ReadOnlySpan<byte> buffer, nint count, int flags, ReadOnlySpan<byte> address, uint addressLength)
    {
        fixed (byte* source = buffer)
        fixed (byte* name = address)
        {
            return Native.SendTo(socket, source, count, flags, name, addressLength);
        }
    }

    public static partial int ReadStatus(int folder, ReadOnlySpan<byte> path, int flags, uint mask, Span<byte> status)
    {
        fixed (byte* text = path)
        fixed (byte* target = status)
        {
            return Native.ReadStatus(folder, text, flags, mask, target);
        }
    }

    public static partial int Connect(int socket, ReadOnlySpan<byte> address, uint addressLength)
    {
        fixed (byte* name = address)
        {
            return Native.Connect(socket, name, addressLength);
        }
    }

    public static partial int AdjustTime(Span<byte> timex)
    {
        fixed (byte* structure = timex)
        {
            return Native.AdjustTime(structure);
        }
    }

    public static partial int Control(int descriptor, nuint request, Span<byte> structure)
    {
        fixed (byte* target = structure)
        {
            return Native.Control(descriptor, request, target);
        }
    }

    public static partial nint ReadFolder(int descriptor, Span<byte> buffer, nuint count)
    {
        fixed (byte* target = buffer)
        {
            return Native.ReadFolder(descriptor, target, count);
        }
    }

    public static partial int ReadSpace(ReadOnlySpan<byte> path, Span<byte> space)
    {
        fixed (byte* text = path)
        fixed (byte* target = space)
        {
            return Native.ReadSpace(text, target);
        }
    }

    public static partial nint LocalTime(in nint seconds, Span<byte> parts)
    {
        fixed (nint* source = &seconds)
        fixed (byte* target = parts)
        {
            return Native.LocalTime(source, target);
        }
    }

    public static partial uint GetInterfaceIndex(ReadOnlySpan<byte> name)
    {
        fixed (byte* text = name)
        {
            return Native.GetInterfaceIndex(text);
        }
    }

    public static partial int Close(int descriptor) => Native.Close(descriptor);

    private static class Native
    {
        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        public static extern int Open(byte* path, int flags);

        [DllImport("libc", EntryPoint = "pread", SetLastError = true)]
        public static extern nint ReadAt(int descriptor, byte* buffer, nint count, nint offset);

        [DllImport("libc", EntryPoint = "read", SetLastError = true)]
        public static extern nint Read(int descriptor, byte* buffer, nint count);

        [DllImport("libc", EntryPoint = "write", SetLastError = true)]
        public static extern nint Write(int descriptor, byte* buffer, nint count);

        [DllImport("libc", EntryPoint = "eventfd", SetLastError = true)]
        public static extern int CreateEvent(uint count, int flags);

        [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
        public static extern int Control(int descriptor, nuint request, void* argument);

        [DllImport("libc", EntryPoint = "madvise", SetLastError = true)]
        public static extern int Advise(nint address, nuint length, int advice);

        [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
        public static extern int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);

        [DllImport("libc", EntryPoint = "socket", SetLastError = true)]
        public static extern int OpenSocket(int family, int type, int protocol);

        [DllImport("libc", EntryPoint = "bind", SetLastError = true)]
        public static extern int Bind(int socket, byte* address, uint addressLength);

        [DllImport("libc", EntryPoint = "recvfrom", SetLastError = true)]
        public static extern nint ReceiveFrom(
            int socket, byte* buffer, nint count, int flags, byte* address, ref uint addressLength);

        [DllImport("libc", EntryPoint = "sendto", SetLastError = true)]
        public static extern nint SendTo(
            int socket, byte* buffer, nint count, int flags, byte* address, uint addressLength);

        [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
        public static extern int ReadStatus(int folder, byte* path, int flags, uint mask, byte* status);

        [DllImport("libc", EntryPoint = "connect", SetLastError = true)]
        public static extern int Connect(int socket, byte* address, uint addressLength);

        [DllImport("libc", EntryPoint = "adjtimex", SetLastError = true)]
        public static extern int AdjustTime(byte* timex);

        [DllImport("libc", EntryPoint = "getdents64", SetLastError = true)]
        public static extern nint ReadFolder(int descriptor, byte* buffer, nuint count);

        [DllImport("libc", EntryPoint = "statvfs64", SetLastError = true)]
        public static extern int ReadSpace(byte* path, byte* space);

        [DllImport("libc", EntryPoint = "localtime_r")]
        public static extern nint LocalTime(nint* seconds, byte* parts);

        [DllImport("libc", EntryPoint = "if_nametoindex", SetLastError = true)]
        public static extern uint GetInterfaceIndex(byte* name);

        [DllImport("libc", EntryPoint = "close", SetLastError = true)]
        public static extern int Close(int descriptor);
    }
}
