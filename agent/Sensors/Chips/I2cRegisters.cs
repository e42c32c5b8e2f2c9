using NodeTelemetry.Agent.Devices;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>Register access over I2C.</summary>
internal static class I2cRegisters
{
    /// <summary>Reads consecutive registers in one burst.</summary>
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

    /// <summary>Returns whether registers contain a new sample.</summary>
    public delegate bool RegisterCheck(ReadOnlySpan<byte> registers);

    /// <summary>Reads consecutive registers that include a data-ready flag, and waits once for new data.</summary>
    /// <param name="device">The chip.</param>
    /// <param name="register">The first register.</param>
    /// <param name="into">Receives the values.</param>
    /// <param name="isNew">Returns whether the values contain a new sample.</param>
    /// <param name="wait">Blocks for a duration.</param>
    /// <param name="period">The longest time until the next sample.</param>
    /// <returns><see cref="BusOutcome.Failed"/> if no sample arrives:
    /// the chip has lost power and its configuration.</returns>
    public static BusOutcome ReadSample(
        this II2cDevice device,
        byte register,
        Span<byte> into,
        RegisterCheck isNew,
        Action<TimeSpan> wait,
        TimeSpan period)
    {
        var outcome = device.Read(register, into);
        if (outcome != BusOutcome.Ok || isNew(into))
        {
            return outcome;
        }

        wait(period);
        outcome = device.Read(register, into);
        return outcome != BusOutcome.Ok || isNew(into) ? outcome : BusOutcome.Failed;
    }

    /// <summary>Writes one register.</summary>
    public static BusOutcome Write(this II2cDevice device, byte register, byte value) =>
        device.Write([register, value]);

    /// <summary>Writes registers one by one until one fails.</summary>
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

    /// <summary>Compares an identity register with the values of a chip.</summary>
    public static ChipIdentity Identify(this II2cDevice device, byte register, params ReadOnlySpan<byte> known)
    {
        var outcome = device.Read(register, out var found);
        return new ChipIdentity(outcome, outcome == BusOutcome.Ok && !known.Contains(found) ? found : null);
    }
}
