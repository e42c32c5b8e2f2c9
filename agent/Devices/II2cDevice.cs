namespace NodeTelemetry.Agent.Devices;

/// <summary>One address on an I2C bus. Like <c>System.Device.I2c.I2cDevice</c>, but expected failures are values,
/// not exceptions.</summary>
/// <remarks>A transfer may block for the timeout of the adapter: call on the bus thread only.</remarks>
internal interface II2cDevice
{
    /// <summary>Gets the bus and address as in sysfs, such as <c>1-0076</c>.</summary>
    string Name { get; }

    /// <summary>Writes bytes in one transfer.</summary>
    BusOutcome Write(ReadOnlySpan<byte> bytes);

    /// <summary>Writes, then reads after a repeated start, so that no other transfer intervenes.</summary>
    BusOutcome WriteRead(ReadOnlySpan<byte> bytes, Span<byte> into);
}
