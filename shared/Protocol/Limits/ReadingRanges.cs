namespace NodeTelemetry.Protocol.Limits;

/// <summary>Ranges of possible values, the same for both ends: samplers drop what is outside,
/// the decoder refuses it.</summary>
public static class ReadingRanges
{
    /// <summary>The lowest temperature in °C that a working sensor on a board reports.</summary>
    public const double TemperatureCelsiusMin = -90;

    /// <summary>The highest temperature in °C: above it, silicon and solder have failed.</summary>
    public const double TemperatureCelsiusMax = 300;

    /// <summary>The highest frequency in Hz: ten times that of the fastest CPUs.</summary>
    public const double FrequencyHertzMax = 100e9;

    /// <summary>The highest load average: Linux has at most as many tasks as 22-bit process ids.</summary>
    public const double LoadMax = 4_194_304;

    /// <summary>The largest amount of memory in bytes: 2^52, the physical address width of x86-64.</summary>
    public const long MemoryBytesMax = 1L << 52;

    /// <summary>The highest number of a field without a limit of its own: 2^53, up to which a double counts exactly.
    /// </summary>
    public const double NumberMax = 1L << 53;

    /// <summary>The longest uptime in seconds: a hundred years.</summary>
    public const long UptimeSecondsMax = 100L * 366 * 86_400;

    /// <summary>The latest sender's time in milliseconds since the epoch: the end of the year 9999,
    /// the limit of date types.</summary>
    public const long TimeMillisecondsMax = 253_402_300_799_999;
}
