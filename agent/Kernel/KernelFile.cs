using System.Runtime.InteropServices;
using System.Text;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>A file in /proc or /sys that is opened once and read from its start at every tick.</summary>
/// <remarks>
/// Ignores the file size and never throws: absent sensors are normal, and an exception per tick would cost more
/// than all samplers together. Allocates: nothing after construction. Not thread-safe.
/// </remarks>
internal sealed class KernelFile(string path) : IDisposable
{
    private const int NoEntry = 2;
    private const int NoDeviceOrAddress = 6;
    private const int TryAgain = 11;
    private const int NoDevice = 19;
    private const int NotDirectory = 20;
    private const int InvalidArgument = 22;
    private const int NoDataAvailable = 61;
    private const int NotSupported = 95;

    private readonly byte[] _path = Encoding.UTF8.GetBytes(path + '\0');
    private int _descriptor = -1;

    /// <summary>Gets the path of the file.</summary>
    public string Path => path;

    /// <summary>Gets the errno(3) of the last read; 0 on success.</summary>
    public int LastError { get; private set; }

    /// <summary>Opens, reads and closes a file.</summary>
    public static FileOutcome ReadOnce(string path, Span<byte> buffer, out int length)
    {
        using var file = new KernelFile(path);
        return file.ReadAll(buffer, out length);
    }

    /// <summary>Reads with one call, which suffices for single values and for files that the kernel generates
    /// at once.</summary>
    public FileOutcome Read(Span<byte> buffer, out int length)
    {
        length = 0;
        var outcome = EnsureOpen();
        return outcome == FileOutcome.Ok ? ReadAt(buffer, 0, out length) : outcome;
    }

    /// <summary>Reads until the end or until the buffer is full:
    /// the kernel returns record files page by page.</summary>
    public FileOutcome ReadAll(Span<byte> buffer, out int length)
    {
        length = 0;
        var outcome = EnsureOpen();
        while (outcome == FileOutcome.Ok && length < buffer.Length)
        {
            outcome = ReadAt(buffer[length..], length, out var piece);
            length += piece;
            if (piece == 0)
            {
                break;
            }
        }

        return outcome;
    }

    /// <summary>Returns whether a file that signals changes by POLLPRI, such as mountinfo,
    /// has changed since the last call. Ordinary files never do.</summary>
    public bool HasUrgentNews()
    {
        if (EnsureOpen() != FileOutcome.Ok)
        {
            return false;
        }

        Span<PollDescriptor> descriptors = [new PollDescriptor(_descriptor, LibC.Urgent)];
        return PollDescriptor.Wait(descriptors, TimeSpan.Zero) > 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = LibC.Close(_descriptor);
            _descriptor = -1;
        }
    }

    private static FileOutcome GetOutcome(int error) =>
        error is NoEntry or NoDeviceOrAddress or TryAgain or NoDevice or NotDirectory or InvalidArgument
            or NoDataAvailable or NotSupported
            ? FileOutcome.Absent
            : FileOutcome.Failed;

    private FileOutcome EnsureOpen()
    {
        LastError = 0;
        if (_descriptor >= 0)
        {
            return FileOutcome.Ok;
        }

        _descriptor = LibC.Open(_path, LibC.OpenToRead);
        if (_descriptor >= 0)
        {
            return FileOutcome.Ok;
        }

        LastError = Marshal.GetLastPInvokeError();
        return GetOutcome(LastError);
    }

    private FileOutcome ReadAt(Span<byte> buffer, int offset, out int length)
    {
        nint result;
        do
        {
            result = LibC.ReadAt(_descriptor, buffer, buffer.Length, offset);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == LibC.Interrupted);

        length = Math.Max(0, (int)result);
        if (result >= 0)
        {
            return FileOutcome.Ok;
        }

        // The device may have been replaced under the same name, so the next read opens it again.
        LastError = Marshal.GetLastPInvokeError();
        Dispose();
        return GetOutcome(LastError);
    }
}
