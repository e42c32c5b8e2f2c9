namespace NodeTelemetry.Agent.Devices;

/// <summary>A chip on an SPI bus that is only written to. The shape is that of <c>System.Device.Spi.SpiDevice</c>, but
/// an expected failure is a value and no exception.</summary>
internal interface ISpiDevice : IDisposable
{
    /// <summary>Gets the name that people know it by: <c>spidev0.1</c>.</summary>
    string Name { get; }

    /// <summary>Writes bytes in one transfer.</summary>
    /// <param name="bytes">At most <see cref="LinuxSpiDevice.TransferBytesMax"/>.</param>
    DeviceOutcome Write(ReadOnlySpan<byte> bytes);
}
