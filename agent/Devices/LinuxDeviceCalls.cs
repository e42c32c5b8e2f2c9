using System.Runtime.InteropServices;
using System.Text;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Devices;

/// <summary>The system calls of Linux. Calls interrupted by a signal are repeated.</summary>
/// <remarks>Not thread-safe. Allocates nothing when the same device is opened again.</remarks>
internal sealed class LinuxDeviceCalls : IDeviceCalls
{
    private string? _path;
    private byte[] _name = [];

    /// <inheritdoc/>
    public int Open(string path, int flags)
    {
        if (!ReferenceEquals(_path, path))
        {
            _path = path;
            _name = Encoding.UTF8.GetBytes(path + '\0');
        }

        int result;
        do
        {
            result = Result(LibC.Open(_name, flags));
        }
        while (result == -LibC.Interrupted);

        return result;
    }

    /// <inheritdoc/>
    public int Control(int descriptor, uint request, Span<byte> structure)
    {
        int result;
        do
        {
            result = Result(LibC.Control(descriptor, request, structure));
        }
        while (result == -LibC.Interrupted);

        return result;
    }

    /// <inheritdoc/>
    public int Read(int descriptor, Span<byte> into)
    {
        int result;
        do
        {
            result = Result(LibC.Read(descriptor, into, into.Length));
        }
        while (result == -LibC.Interrupted);

        return result;
    }

    /// <inheritdoc/>
    public int Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        int result;
        do
        {
            result = Result(LibC.Write(descriptor, bytes, bytes.Length));
        }
        while (result == -LibC.Interrupted);

        return result;
    }

    /// <inheritdoc/>
    public bool WaitUntilReadable(int descriptor, TimeSpan limit)
    {
        Span<PollDescriptor> descriptors = [new PollDescriptor(descriptor)];
        return PollDescriptor.Wait(descriptors, limit) > 0;
    }

    /// <inheritdoc/>
    public void Close(int descriptor) => _ = LibC.Close(descriptor);

    private static int Result(nint result) => result < 0 ? -Marshal.GetLastPInvokeError() : (int)result;
}
