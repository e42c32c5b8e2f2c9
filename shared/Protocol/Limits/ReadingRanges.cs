namespace NodeTelemetry.Protocol.Limits;

/// <summary>What a value may be at all. The encoder asserts it, the collector's validator checks it: both ends by the
/// same numbers.</summary>
public static class ReadingRanges
{
    /// <summary>The lowest temperature in °C that a working sensor on a board reports.</summary>
    public const double TemperatureCelsiusMin = -90;

    /// <summary>The highest: above it silicon and solder are gone.</summary>
    public const double TemperatureCelsiusMax = 300;

    /// <summary>The highest frequency in MHz: ten times what is sold.</summary>
    public const double FrequencyMegahertzMax = 100_000;

    /// <summary>The highest load average: Linux cannot have more tasks than its 22-bit process ids.</summary>
    public const double LoadMax = 4_194_304;

    /// <summary>The largest amount of memory in bytes: 2^52, the physical address width of x86-64.</summary>
    public const long MemoryBytesMax = 1L << 52;

    /// <summary>The longest uptime in seconds: a hundred years.</summary>
    public const long UptimeSecondsMax = 100L * 366 * 86_400;

    /// <summary>The latest sender's time in milliseconds since the epoch: the end of the year 9999, what a date type
    /// holds.</summary>
    public const long TimeMillisecondsMax = 253_402_300_799_999;

    /// <summary>Tells whether a share is within 0 to 1.</summary>
    public static bool IsRatio(double value) => value is >= 0 and <= 1;

    /// <summary>Tells whether a temperature in °C is possible.</summary>
    public static bool IsTemperature(double celsius) =>
        celsius is >= TemperatureCelsiusMin and <= TemperatureCelsiusMax;

    /// <summary>Tells whether a frequency in MHz is possible.</summary>
    public static bool IsFrequency(double megahertz) => megahertz is >= 0 and <= FrequencyMegahertzMax;

    /// <summary>Tells whether a load average is possible.</summary>
    public static bool IsLoad(double load) => load is >= 0 and <= LoadMax;

    /// <summary>Tells whether an amount of memory in bytes is possible.</summary>
    public static bool IsMemory(long bytes) => bytes is >= 0 and <= MemoryBytesMax;
}
