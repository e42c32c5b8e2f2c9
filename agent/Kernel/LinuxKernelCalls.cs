using System.Runtime.InteropServices;
using System.Text;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>The calls of the running kernel.</summary>
internal sealed class LinuxKernelCalls : IKernelCalls
{
    /// <summary><c>_IOWR(100, 0, char *)</c>, which encodes the size of a pointer.
    /// Source: vcio.c of the Raspberry Pi kernel.</summary>
    private static readonly nuint MailboxProperty = 0xC0006400 | ((nuint)nint.Size << 16);

    private string? _device;
    private byte[] _path = [];

    /// <inheritdoc/>
    public int AdjustTime(Span<byte> timex)
    {
        var state = LibC.AdjustTime(timex);
        return state >= 0 ? state : -Marshal.GetLastPInvokeError();
    }

    /// <inheritdoc/>
    public int CallFirmware(string device, Span<uint> message)
    {
        if (!ReferenceEquals(_device, device))
        {
            _device = device;
            _path = Encoding.UTF8.GetBytes(device + '\0');
        }

        var descriptor = LibC.Open(_path, LibC.OpenToRead);
        if (descriptor < 0)
        {
            return -Marshal.GetLastPInvokeError();
        }

        var result = LibC.Control(descriptor, MailboxProperty, MemoryMarshal.AsBytes(message));
        var error = Marshal.GetLastPInvokeError();
        _ = LibC.Close(descriptor);
        return result < 0 ? -error : 0;
    }
}
