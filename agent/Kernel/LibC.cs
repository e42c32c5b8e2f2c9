using System.Runtime.InteropServices;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>The few calls of the C library that the framework has no exception-free form of.</summary>
/// <remarks>Values are those of Linux on every architecture that the agent runs on (asm-generic).</remarks>
internal static partial class LibC
{
    /// <summary>EINTR: a signal came first; try again.</summary>
    public const int Interrupted = 4;

    /// <summary>O_RDONLY | O_NONBLOCK | O_CLOEXEC: a FIFO or device in place of a file must not block the
    /// tick.</summary>
    public const int OpenToRead = 0x800 | 0x80000;

    /// <summary>The descriptor of standard output.</summary>
    public const int StandardOutput = 1;

    /// <summary>The descriptor of standard error.</summary>
    public const int StandardError = 2;

    /// <summary>open(2); the path ends in a zero byte.</summary>
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    public static partial int Open(ReadOnlySpan<byte> path, int flags);

    /// <summary>pread(2).</summary>
    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    public static partial nint ReadAt(int descriptor, Span<byte> buffer, nint count, nint offset);

    /// <summary>write(2).</summary>
    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ReadOnlySpan<byte> buffer, nint count);

    /// <summary>close(2).</summary>
    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);
}
