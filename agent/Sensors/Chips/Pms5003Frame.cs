using System.Buffers.Binary;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>What a PMS5003 says at a time: micrograms per cubic metre in air, up to a size in micrometres.</summary>
/// <param name="Pm1">Up to 1.</param>
/// <param name="Pm25">Up to 2.5.</param>
/// <param name="Pm10">Up to 10.</param>
/// <param name="ErrorCode">What the sensor finds wrong with itself; 0 for nothing.</param>
/// <param name="IsEmpty">Whether all is 0: that is how it begins, before it has measured anything.</param>
internal readonly record struct Pms5003Frame(ushort Pm1, ushort Pm25, ushort Pm10, byte ErrorCode, bool IsEmpty)
{
    /// <summary>The bytes of a frame, with its header of 4 and its sum of 2.</summary>
    public const int Length = 32;

    /// <summary>Where the values for ordinary air are; those before are for calibration with particles
    /// of one kind.</summary>
    private const int AtmosphericOffset = 10;
    private const int ErrorOffset = 29;

    /// <summary>Parses a frame whose header and sum have been found right.</summary>
    /// <remarks>Source: Plantower's data manual of the PMS5003. Words are big-endian.</remarks>
    public static Pms5003Frame Parse(ReadOnlySpan<byte> frame)
    {
        var air = frame[AtmosphericOffset..];
        return new Pms5003Frame(
            BinaryPrimitives.ReadUInt16BigEndian(air),
            BinaryPrimitives.ReadUInt16BigEndian(air[2..]),
            BinaryPrimitives.ReadUInt16BigEndian(air[4..]),
            frame[ErrorOffset],
            !frame[4..^2].ContainsAnyExcept((byte)0));
    }
}
