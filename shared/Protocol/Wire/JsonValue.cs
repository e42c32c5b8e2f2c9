using System.Text.Json;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>Reads single JSON values. Never throws, allocates nothing.</summary>
internal static class JsonValue
{
    /// <summary>Counters such as iowait occasionally run backwards,
    /// which puts raspi-cluster's shares slightly outside 0 to 1.</summary>
    private const double RatioTolerance = 0.1;

    /// <summary>Reads a finite number.</summary>
    public static DecodeError Number(ref Utf8JsonReader reader, out double value)
    {
        value = 0;
        return reader.TokenType != JsonTokenType.Number ? DecodeError.WrongType
            : !reader.TryGetDouble(out value) || !double.IsFinite(value) ? DecodeError.OutOfRange
            : DecodeError.None;
    }

    /// <summary>Reads a share and clamps values within <see cref="RatioTolerance"/> of the range.</summary>
    public static DecodeError Ratio(ref Utf8JsonReader reader, out double value)
    {
        var error = Number(ref reader, out value);
        return error != DecodeError.None || TryClampRatio(ref value) ? error : DecodeError.OutOfRange;
    }

    /// <summary>Clamps a share within <see cref="RatioTolerance"/> of the range.</summary>
    public static bool TryClampRatio(ref double value)
    {
        if (value is not (>= -RatioTolerance and <= 1 + RatioTolerance))
        {
            return false;
        }

        // Math.Clamp would keep a negative zero.
        value = value <= 0 ? 0 : Math.Min(1, value);
        return true;
    }

    /// <summary>Reads a 64-bit integer.</summary>
    public static DecodeError Integer(ref Utf8JsonReader reader, out long value)
    {
        value = 0;
        return reader.TokenType != JsonTokenType.Number ? DecodeError.WrongType
            : !reader.TryGetInt64(out value) ? DecodeError.OutOfRange
            : DecodeError.None;
    }

    /// <summary>Reads an integer from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public static DecodeError Integer(ref Utf8JsonReader reader, long min, long max, out int value)
    {
        var error = Integer(ref reader, out var wide);
        value = 0;
        if (error != DecodeError.None)
        {
            return error;
        }

        if (wide < min || wide > max)
        {
            return DecodeError.OutOfRange;
        }

        value = (int)wide;
        return DecodeError.None;
    }

    /// <summary>Reads a string of exactly <paramref name="digits"/> hexadecimal digits, at most 8.</summary>
    public static DecodeError Hex(ref Utf8JsonReader reader, int digits, out uint value)
    {
        var error = Hex(ref reader, digits, out ulong wide);
        value = (uint)wide;
        return error;
    }

    /// <summary>Reads a string of exactly <paramref name="digits"/> hexadecimal digits, at most 16.</summary>
    public static DecodeError Hex(ref Utf8JsonReader reader, int digits, out ulong value)
    {
        value = 0;
        return reader.TokenType != JsonTokenType.String ? DecodeError.WrongType
            : reader.ValueIsEscaped || !HexDigits.TryRead(reader.ValueSpan, digits, out value) ? DecodeError.OutOfRange
            : DecodeError.None;
    }
}
