using System.Runtime.InteropServices;
using System.Text;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Devices;

/// <summary>An I2C adapter, <c>/dev/i2c-N</c>, through I2C_RDWR.</summary>
/// <remarks>
/// Source: Documentation/i2c/dev-interface.rst, linux/i2c.h and linux/i2c-dev.h.
/// I2C_RDWR does not check whether a kernel driver has bound the address; the caller must.
/// Opened at the first transfer and reopened after a failed one, so a bus may be removed and return. Not thread-safe.
/// </remarks>
internal sealed class LinuxI2cBus : IDisposable
{
    /// <summary>The bus on the 40-pin header.</summary>
    public const int HeaderBus = 1;

    /// <summary>I2C_RDWR.</summary>
    private const nuint TransferRequest = 0x0707;

    /// <summary>I2C_M_RD.</summary>
    private const ushort ReadFlag = 1;

    /// <summary>EREMOTEIO: no acknowledgement, from the bcm2835 adapter.</summary>
    private const int RemoteFault = 121;

    /// <summary>ENXIO: no acknowledgement, from other adapters.</summary>
    private const int NoSuchAddress = 6;

    /// <summary>ENODEV.</summary>
    private const int NoSuchDevice = 19;

    /// <summary>The longest transfer is 193 bytes, to the LED matrix.</summary>
    private const int BytesMax = 256;

    private readonly byte[] _path;

    // Pinned, because the kernel receives their addresses.
    private readonly byte[] _written = GC.AllocateArray<byte>(BytesMax, pinned: true);
    private readonly byte[] _read = GC.AllocateArray<byte>(BytesMax, pinned: true);
    private readonly Message[] _messages = GC.AllocateArray<Message>(2, pinned: true);
    private int _descriptor = -1;

    /// <summary>Initializes a new instance of the <see cref="LinuxI2cBus"/> class.</summary>
    /// <param name="roots">The roots of the file systems.</param>
    /// <param name="number">The number of the bus.</param>
    public LinuxI2cBus(KernelRoots roots, int number)
    {
        _path = Encoding.UTF8.GetBytes(roots.DevFile($"i2c-{number}") + '\0');
        Number = number;
    }

    /// <summary>Gets the number of the bus.</summary>
    public int Number { get; }

    /// <summary>Creates the device at an address.</summary>
    public II2cDevice Device(byte address) => new LinuxI2cDevice(this, address);

    /// <inheritdoc/>
    public void Dispose() => Close();

    /// <summary>Writes, then reads if the buffer is not empty, in one transfer.</summary>
    public BusOutcome Transfer(byte address, ReadOnlySpan<byte> bytes, Span<byte> into)
    {
        if (bytes.Length > BytesMax || into.Length > BytesMax)
        {
            throw new ArgumentException($"A transfer of more than {BytesMax} bytes.");
        }

        if (_descriptor < 0 && !TryOpen())
        {
            return BusOutcome.Failed;
        }

        bytes.CopyTo(_written);
        _messages[0] = new Message(address, 0, (ushort)bytes.Length, GetAddress(_written));
        _messages[1] = new Message(address, ReadFlag, (ushort)into.Length, GetAddress(_read));

        // struct i2c_rdwr_ioctl_data: the messages and their number; on little-endian machines it can fill a word.
        ReadOnlySpan<nint> transfer = [GetAddress(_messages), into.IsEmpty ? 1 : 2];
        while (LibC.Control(_descriptor, TransferRequest, transfer) < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == LibC.Interrupted)
            {
                continue;
            }

            if (error is RemoteFault or NoSuchAddress)
            {
                return BusOutcome.NoAnswer;
            }

            if (error == NoSuchDevice)
            {
                Close();
                return BusOutcome.NoAnswer;
            }

            Close();
            return BusOutcome.Failed;
        }

        _read.AsSpan(0, into.Length).CopyTo(into);
        return BusOutcome.Ok;
    }

    private static nint GetAddress<T>(T[] pinned) => Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);

    private bool TryOpen()
    {
        _descriptor = LibC.Open(_path, LibC.OpenToReadAndWrite);
        return _descriptor >= 0;
    }

    private void Close()
    {
        if (_descriptor >= 0)
        {
            _ = LibC.Close(_descriptor);
            _descriptor = -1;
        }
    }

    /// <summary>struct i2c_msg, with the pointer alignment of the process.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Message(ushort address, ushort flags, ushort length, nint buffer)
    {
        public readonly ushort Address = address;
        public readonly ushort Flags = flags;
        public readonly ushort Length = length;
        public readonly nint Buffer = buffer;
    }

    private sealed class LinuxI2cDevice(LinuxI2cBus bus, byte address) : II2cDevice
    {
        public string Name { get; } = $"{bus.Number}-{address:x4}";

        public BusOutcome Write(ReadOnlySpan<byte> bytes) => bus.Transfer(address, bytes, []);

        public BusOutcome WriteRead(ReadOnlySpan<byte> bytes, Span<byte> into) => bus.Transfer(address, bytes, into);
    }
}
