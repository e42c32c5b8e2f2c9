using System.Buffers.Binary;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Devices;

/// <summary>A raw serial port, 9600 baud, 8N1.</summary>
/// <remarks>
/// Source: termios(3), tty_ioctl(2), with the kernel's structure, which is the same on all supported architectures.
/// Opened at the first use and reopened after a failure, so an adapter may be removed and return. Not thread-safe.
/// Allocates nothing while open.
/// </remarks>
/// <param name="calls">The kernel.</param>
/// <param name="path">The device file.</param>
internal sealed class SerialPort(IDeviceCalls calls, string path) : IDisposable
{
    /// <summary>O_NOCTTY: must not become the controlling terminal.</summary>
    private const int NoControllingTerminal = 0x100;

    /// <summary>O_NONBLOCK: opening must not wait for a modem; reads wait with poll(2).</summary>
    private const int DoNotBlock = 0x800;

    /// <summary>TCSETS.</summary>
    private const uint SetAttributes = 0x5402;

    /// <summary>TIOCEXCL: exclusive use, because two readers would each get half of the data.</summary>
    private const uint SetExclusive = 0x540C;

    /// <summary>The size of the kernel's <c>struct termios</c>: four 32-bit flag words, one byte,
    /// 19 characters.</summary>
    private const int AttributesBytes = 36;

    /// <summary>CLOCAL | CREAD | CS8 | B9600. All other flags stay 0: no parity, no flow control, no echo, no lines.
    /// </summary>
    private const uint ControlFlags = 0x800 | 0x80 | 0x30 | 0xD;

    /// <summary>The offset of the control flags.</summary>
    private const int ControlFlagsOffset = 8;

    /// <summary>The offset of VMIN.</summary>
    private const int MinimumOffset = 17 + 6;

    private int _descriptor = -1;

    /// <summary>Gets the path of the device.</summary>
    public string Path => path;

    /// <summary>Reads the available bytes, or waits for the first.</summary>
    /// <param name="into">Receives the bytes.</param>
    /// <param name="limit">The longest wait for the first byte.</param>
    /// <param name="length">The number of bytes; 0 after a timeout.</param>
    public DeviceOutcome Read(Span<byte> into, TimeSpan limit, out int length)
    {
        length = 0;
        var outcome = Open();
        if (outcome != DeviceOutcome.Ok || !calls.WaitUntilReadable(_descriptor, limit))
        {
            return outcome;
        }

        var result = calls.Read(_descriptor, into);
        if (result > 0)
        {
            length = result;
        }
        else if (result != -LibC.TryAgain)
        {
            // Readable but empty: the adapter was unplugged.
            Dispose();
            outcome = result == 0 ? DeviceOutcome.Absent : DeviceOutcomes.FromResult(result);
        }

        return outcome;
    }

    /// <summary>Writes a command that fits into the buffer of the port.</summary>
    public DeviceOutcome Write(ReadOnlySpan<byte> bytes)
    {
        if (Open() is var outcome and not DeviceOutcome.Ok)
        {
            return outcome;
        }

        var result = calls.Write(_descriptor, bytes);
        if (result != bytes.Length)
        {
            Dispose();
            return result < 0 ? DeviceOutcomes.FromResult(result) : DeviceOutcome.Failed;
        }

        return DeviceOutcome.Ok;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            calls.Close(_descriptor);
            _descriptor = -1;
        }
    }

    /// <summary>Writes the attributes of a raw port.</summary>
    internal static void WriteAttributes(Span<byte> attributes)
    {
        attributes.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(attributes[ControlFlagsOffset..], ControlFlags);
        attributes[MinimumOffset] = 1;
    }

    private DeviceOutcome Open()
    {
        if (_descriptor >= 0)
        {
            return DeviceOutcome.Ok;
        }

        var descriptor = calls.Open(path, LibC.OpenToReadAndWrite | NoControllingTerminal | DoNotBlock);
        if (descriptor < 0)
        {
            return DeviceOutcomes.FromResult(descriptor);
        }

        Span<byte> attributes = stackalloc byte[AttributesBytes];
        WriteAttributes(attributes);
        var result = calls.Control(descriptor, SetExclusive, []);
        result = result < 0 ? result : calls.Control(descriptor, SetAttributes, attributes);
        if (result < 0)
        {
            calls.Close(descriptor);
            return DeviceOutcomes.FromResult(result);
        }

        _descriptor = descriptor;
        return DeviceOutcome.Ok;
    }
}
