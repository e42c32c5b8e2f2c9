namespace NodeTelemetry.Agent.Devices;

/// <summary>A write-only chip on an SPI bus. Like <c>System.Device.Spi.SpiDevice</c>, but expected failures are values,
/// not exceptions.</summary>
internal interface ISpiDevice : IDisposable
{
    /// <summary>Gets the device name, such as <c>spidev0.1</c>.</summary>
    string Name { get; }

    /// <summary>Writes bytes in one transfer.</summary>
    /// <param name="bytes">At most <see cref="LinuxSpiDevice.TransferBytesMax"/>.</param>
    DeviceOutcome Write(ReadOnlySpan<byte> bytes);
}
