namespace NodeTelemetry.Agent.Sensors;

/// <summary>Reads and writes registers of a chip.</summary>
internal static class I2cRegisters
{
    /// <summary>Reads registers that follow each other, in one burst.</summary>
    public static BusOutcome Read(this II2cDevice device, byte register, Span<byte> into) =>
        device.WriteRead([register], into);

    /// <summary>Reads one register.</summary>
    public static BusOutcome Read(this II2cDevice device, byte register, out byte value)
    {
        Span<byte> bytes = stackalloc byte[1];
        var outcome = device.WriteRead([register], bytes);
        value = bytes[0];
        return outcome;
    }

    /// <summary>Writes one register.</summary>
    public static BusOutcome Write(this II2cDevice device, byte register, byte value) =>
        device.Write([register, value]);

    /// <summary>Writes registers, pair by pair, until one fails.</summary>
    public static BusOutcome Write(this II2cDevice device, ReadOnlySpan<(byte Register, byte Value)> pairs)
    {
        foreach (var (register, value) in pairs)
        {
            var outcome = device.Write(register, value);
            if (outcome != BusOutcome.Ok)
            {
                return outcome;
            }
        }

        return BusOutcome.Ok;
    }

    /// <summary>Tells whether a register has a value; reading an identity is all that a search for chips may
    /// do.</summary>
    public static bool Has(this II2cDevice device, byte register, byte value) =>
        device.Read(register, out var found) == BusOutcome.Ok && found == value;
}
