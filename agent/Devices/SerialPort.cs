using System.Buffers.Binary;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Devices;

/// <summary>A serial port at 9600 baud, eight bits, no parity, as raw bytes in both directions.</summary>
/// <remarks>
/// Source: termios(3), tty_ioctl(2); the structure is the kernel's, the same on every architecture that the agent runs
/// on. Opened at the first use and anew after one that failed, so that an adapter may come and go. For one thread.
/// Allocates: nothing while open.
/// </remarks>
/// <param name="calls">The kernel.</param>
/// <param name="path">The device file.</param>
internal sealed class SerialPort(IDeviceCalls calls, string path) : IDisposable
{
    /// <summary>O_NOCTTY: it must not become the terminal of this process.</summary>
    private const int NoControllingTerminal = 0x100;

    /// <summary>O_NONBLOCK: opening must not wait for a modem, and reading is waited for by poll(2).</summary>
    private const int DoNotBlock = 0x800;

    /// <summary>TCSETS.</summary>
    private const uint SetAttributes = 0x5402;

    /// <summary>TIOCEXCL: nobody else may open it; two readers would each get half of it.</summary>
    private const uint SetExclusive = 0x540C;

    /// <summary>Bytes of the kernel's <c>struct termios</c>: four words of flags, a byte, 19 characters.</summary>
    private const int AttributesBytes = 36;

    /// <summary>CLOCAL | CREAD | CS8 | B9600. All other flags stay 0: no parity, no flow control, no echo, no lines.
    /// </summary>
    private const uint ControlFlags = 0x800 | 0x80 | 0x30 | 0xD;

    /// <summary>Where the control flags are.</summary>
    private const int ControlFlagsOffset = 8;

    /// <summary>Where VMIN is: how many bytes make a read worth while.</summary>
    private const int MinimumOffset = 17 + 6;

    private int _descriptor = -1;

    /// <summary>Gets the device file.</summary>
    public string Path => path;

    /// <summary>Reads what has come, or waits for it.</summary>
    /// <param name="into">Where to.</param>
    /// <param name="limit">How long to wait for the first byte.</param>
    /// <param name="length">How many bytes have been read; 0 if none came in time.</param>
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
            // Nothing to read although there was: the adapter has been pulled.
            Dispose();
            outcome = result == 0 ? DeviceOutcome.Absent : DeviceOutcomes.Of(result);
        }

        return outcome;
    }

    /// <summary>Writes bytes that fit into the port's buffer, as a command does.</summary>
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
            return result < 0 ? DeviceOutcomes.Of(result) : DeviceOutcome.Failed;
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
            return DeviceOutcomes.Of(descriptor);
        }

        Span<byte> attributes = stackalloc byte[AttributesBytes];
        WriteAttributes(attributes);
        var result = calls.Control(descriptor, SetExclusive, []);
        result = result < 0 ? result : calls.Control(descriptor, SetAttributes, attributes);
        if (result < 0)
        {
            calls.Close(descriptor);
            return DeviceOutcomes.Of(result);
        }

        _descriptor = descriptor;
        return DeviceOutcome.Ok;
    }
}
