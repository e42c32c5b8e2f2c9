namespace NodeTelemetry.Agent.Devices;

/// <summary>One address on an I2C bus. The shape is that of <c>System.Device.I2c.I2cDevice</c>, but an expected failure
/// is a value and no exception.</summary>
/// <remarks>Transfers take as long as the adapter's time limit: call from the sensors' thread only.</remarks>
internal interface II2cDevice
{
    /// <summary>Gets the bus and address, as the kernel writes them: <c>1-0076</c>.</summary>
    string Name { get; }

    /// <summary>Writes bytes in one transfer.</summary>
    BusOutcome Write(ReadOnlySpan<byte> bytes);

    /// <summary>Writes bytes, then reads, with a repeated start in between, so that nobody else comes between
    /// them.</summary>
    BusOutcome WriteRead(ReadOnlySpan<byte> bytes, Span<byte> into);
}
