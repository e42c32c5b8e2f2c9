namespace NodeTelemetry.Collector.Export.Settings;

/// <summary>Writes times in ISO 8601: <c>2026-11-03T10:00:00.000Z</c>.</summary>
internal static class IsoTime
{
    /// <summary>The number of bytes of a time.</summary>
    public const int Length = 24;

    /// <summary>Writes a time in milliseconds since the epoch, from year 1 to 9999.</summary>
    public static void Write(long milliseconds, Span<byte> into)
    {
        var time = DateTime.UnixEpoch.AddMilliseconds(milliseconds);
        WriteDate(time, into, (byte)'-');
        into[10] = (byte)'T';
        WriteDigits(time.Hour, into.Slice(11, 2));
        into[13] = (byte)':';
        WriteDigits(time.Minute, into.Slice(14, 2));
        into[16] = (byte)':';
        WriteDigits(time.Second, into.Slice(17, 2));
        into[19] = (byte)'.';
        WriteDigits(time.Millisecond, into.Slice(20, 3));
        into[23] = (byte)'Z';
    }

    /// <summary>Writes the ten bytes of a date.</summary>
    public static void WriteDate(DateTime time, Span<byte> into, byte separator)
    {
        var (year, month, day) = (time.Year, time.Month, time.Day);
        WriteDigits(year, into[..4]);
        into[4] = separator;
        WriteDigits(month, into.Slice(5, 2));
        into[7] = separator;
        WriteDigits(day, into.Slice(8, 2));
    }

    /// <summary>Writes a number with leading zeros into the whole span.</summary>
    public static void WriteDigits(int value, Span<byte> into)
    {
        for (var index = into.Length - 1; index >= 0; index--)
        {
            into[index] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }
}
