using System.Runtime.InteropServices;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>C library calls that the framework lacks, or offers only with exceptions.</summary>
/// <remarks>Constants are those of asm-generic, which all supported architectures use.</remarks>
internal static partial class LibC
{
    /// <summary>EPERM.</summary>
    public const int NotPermitted = 1;

    /// <summary>ENOENT.</summary>
    public const int NoEntry = 2;

    /// <summary>EAGAIN.</summary>
    public const int TryAgain = 11;

    /// <summary>EACCES.</summary>
    public const int AccessDenied = 13;

    /// <summary>ENOTDIR.</summary>
    public const int NotDirectory = 20;

    /// <summary>ENAMETOOLONG.</summary>
    public const int NameTooLong = 36;

    /// <summary>EINTR.</summary>
    public const int Interrupted = 4;

    /// <summary>EINVAL; from sysfs, the device currently has no value.</summary>
    public const int InvalidArgument = 22;

    /// <summary>ENOBUFS: messages were lost.</summary>
    public const int NoBuffers = 105;

    /// <summary>O_RDONLY | O_NONBLOCK | O_CLOEXEC: a FIFO or device in place of a file must not block.</summary>
    public const int OpenToRead = 0x800 | 0x80000;

    /// <summary>O_RDWR | O_CLOEXEC.</summary>
    public const int OpenToReadAndWrite = 2 | 0x80000;

    /// <summary>EFD_CLOEXEC | EFD_NONBLOCK.</summary>
    public const int EventFlags = 0x80000 | 0x800;

    /// <summary>POLLIN.</summary>
    public const short Readable = 1;

    /// <summary>POLLPRI: an exceptional condition, such as a change of a kernel file.</summary>
    public const short Urgent = 2;

    /// <summary>POLLOUT.</summary>
    public const short Writable = 4;

    /// <summary>MSG_DONTWAIT.</summary>
    public const int DoNotWait = 0x40;

    /// <summary>MSG_TRUNC: return the real length of a datagram that exceeds the buffer.</summary>
    public const int TrueLength = 0x20;

    /// <summary>The descriptor of standard output.</summary>
    public const int StandardOutput = 1;

    /// <summary>The descriptor of standard error.</summary>
    public const int StandardError = 2;

    /// <summary>open(2). The path is NUL-terminated.</summary>
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    public static partial int Open(ReadOnlySpan<byte> path, int flags);

    /// <summary>pread(2).</summary>
    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    public static partial nint ReadAt(int descriptor, Span<byte> buffer, nint count, nint offset);

    /// <summary>read(2).</summary>
    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, Span<byte> buffer, nint count);

    /// <summary>write(2).</summary>
    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ReadOnlySpan<byte> buffer, nint count);

    /// <summary>eventfd(2).</summary>
    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int CreateEvent(uint count, int flags);

    /// <summary>ioctl(2) with a structure of words.</summary>
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int descriptor, nuint request, ReadOnlySpan<nint> argument);

    /// <summary>madvise(2).</summary>
    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    public static partial int Advise(nint address, nuint length, int advice);

    /// <summary>poll(2).</summary>
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(Span<PollDescriptor> descriptors, nuint count, int milliseconds);

    /// <summary>socket(2).</summary>
    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int OpenSocket(int family, int type, int protocol);

    /// <summary>bind(2).</summary>
    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int socket, ReadOnlySpan<byte> address, uint addressLength);

    /// <summary>recvfrom(2).</summary>
    [LibraryImport("libc", EntryPoint = "recvfrom", SetLastError = true)]
    public static partial nint ReceiveFrom(
        int socket, Span<byte> buffer, nint count, int flags, Span<byte> address, ref uint addressLength);

    /// <summary>sendto(2).</summary>
    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    public static partial nint SendTo(
        int socket, ReadOnlySpan<byte> buffer, nint count, int flags, ReadOnlySpan<byte> address, uint addressLength);

    /// <summary>statx(2). The path is NUL-terminated.</summary>
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    public static partial int ReadStatus(int folder, ReadOnlySpan<byte> path, int flags, uint mask, Span<byte> status);

    /// <summary>connect(2).</summary>
    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int socket, ReadOnlySpan<byte> address, uint addressLength);

    /// <summary>adjtimex(2).</summary>
    [LibraryImport("libc", EntryPoint = "adjtimex", SetLastError = true)]
    public static partial int AdjustTime(Span<byte> timex);

    /// <summary>ioctl(2) with a structure.</summary>
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int descriptor, nuint request, Span<byte> structure);

    /// <summary>getdents64(2), in the C library since glibc 2.30.</summary>
    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    public static partial nint ReadFolder(int descriptor, Span<byte> buffer, nuint count);

    /// <summary>statvfs(3) with 64-bit counts. The path is NUL-terminated.</summary>
    [LibraryImport("libc", EntryPoint = "statvfs64", SetLastError = true)]
    public static partial int ReadSpace(ReadOnlySpan<byte> path, Span<byte> space);

    /// <summary>localtime_r(3).</summary>
    [LibraryImport("libc", EntryPoint = "localtime_r")]
    public static partial nint LocalTime(in nint seconds, Span<byte> parts);

    /// <summary>if_nametoindex(3). The name is NUL-terminated; 0 if there is no such interface.</summary>
    [LibraryImport("libc", EntryPoint = "if_nametoindex", SetLastError = true)]
    public static partial uint GetInterfaceIndex(ReadOnlySpan<byte> name);

    /// <summary>close(2).</summary>
    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);
}
