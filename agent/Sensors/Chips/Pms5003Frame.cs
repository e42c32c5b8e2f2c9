using System.Buffers.Binary;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>One frame of a PMS5003: µg/m³ of particles up to a size in µm.</summary>
/// <param name="Pm1">Up to 1 µm.</param>
/// <param name="Pm25">Up to 2.5 µm.</param>
/// <param name="Pm10">Up to 10 µm.</param>
/// <param name="ErrorCode">The error code of the sensor; 0 if it is working.</param>
/// <param name="IsEmpty">Whether all values are 0, as before the first measurement.</param>
internal readonly record struct Pms5003Frame(ushort Pm1, ushort Pm25, ushort Pm10, byte ErrorCode, bool IsEmpty)
{
    /// <summary>The length of a frame in bytes, with a header of 4 and a checksum of 2.</summary>
    public const int Length = 32;

    /// <summary>The offset of the values for atmospheric air; those for calibration particles precede them.</summary>
    private const int AtmosphericOffset = 10;
    private const int ErrorOffset = 29;

    /// <summary>Parses a frame with a valid header and checksum.</summary>
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
