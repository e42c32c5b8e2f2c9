using System.Buffers.Binary;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Devices;

/// <summary>A chip through spidev, <c>/dev/spidevB.C</c>, in mode 0 with 8 bits per word.
/// Reopened after a failure.</summary>
/// <remarks>Source: Documentation/spi/spidev.rst, linux/spi/spidev.h: write(2) is a transfer at the configured speed.
/// Not thread-safe.</remarks>
/// <param name="calls">The kernel.</param>
/// <param name="path">The device file.</param>
/// <param name="hertz">The maximum speed.</param>
internal sealed class LinuxSpiDevice(IDeviceCalls calls, string path, uint hertz) : ISpiDevice
{
    /// <summary>The default <c>bufsiz</c> of the spidev module.</summary>
    public const int TransferBytesMax = 4096;

    /// <summary>SPI_IOC_WR_MODE.</summary>
    public const uint ModeRequest = 0x40016B01;

    /// <summary>SPI_IOC_WR_BITS_PER_WORD.</summary>
    public const uint BitsRequest = 0x40016B03;

    /// <summary>SPI_IOC_WR_MAX_SPEED_HZ.</summary>
    public const uint SpeedRequest = 0x40046B04;

    private int _descriptor = -1;

    /// <inheritdoc/>
    public string Name { get; } = Path.GetFileName(path);

    /// <inheritdoc/>
    public DeviceOutcome Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > TransferBytesMax)
        {
            throw new ArgumentException($"A transfer of more than {TransferBytesMax} bytes.");
        }

        if (_descriptor < 0 && Open() is var outcome and not DeviceOutcome.Ok)
        {
            return outcome;
        }

        var written = calls.Write(_descriptor, bytes);
        if (written == bytes.Length)
        {
            return DeviceOutcome.Ok;
        }

        Dispose();
        return written < 0 ? DeviceOutcomes.FromResult(written) : DeviceOutcome.Failed;
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

    private DeviceOutcome Open()
    {
        _descriptor = calls.Open(path, LibC.OpenToReadAndWrite);
        if (_descriptor < 0)
        {
            return DeviceOutcomes.FromResult(_descriptor);
        }

        Span<byte> speed = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(speed, hertz);
        Span<byte> mode = [0];
        Span<byte> bits = [8];
        var result = calls.Control(_descriptor, ModeRequest, mode);
        result = result < 0 ? result : calls.Control(_descriptor, BitsRequest, bits);
        result = result < 0 ? result : calls.Control(_descriptor, SpeedRequest, speed);
        if (result < 0)
        {
            Dispose();
        }

        return DeviceOutcomes.FromResult(result);
    }
}
