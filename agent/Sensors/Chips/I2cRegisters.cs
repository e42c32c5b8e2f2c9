using NodeTelemetry.Agent.Devices;

namespace NodeTelemetry.Agent.Sensors.Chips;

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

    /// <summary>Reads registers among which is one that tells of a new sample, and waits for that once.</summary>
    /// <param name="device">The chip.</param>
    /// <param name="register">The first.</param>
    /// <param name="into">Their values.</param>
    /// <param name="isNew">Tells whether there is a new sample among them.</param>
    /// <param name="wait">Waits.</param>
    /// <param name="period">How long at most until the next sample.</param>
    /// <returns><see cref="BusOutcome.Failed"/> if none comes: the chip has lost power, and its settings with
    /// it.</returns>
    public static BusOutcome ReadSample(
        this II2cDevice device,
        byte register,
        Span<byte> into,
        Func<ReadOnlySpan<byte>, bool> isNew,
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

    /// <summary>Tells whether an identity register holds one of the values of a chip; reading it is all that a search
    /// for chips may do.</summary>
    public static ChipIdentity Identify(this II2cDevice device, byte register, params ReadOnlySpan<byte> known)
    {
        var outcome = device.Read(register, out var found);
        return new ChipIdentity(outcome, outcome == BusOutcome.Ok && !known.Contains(found) ? found : null);
    }
}
