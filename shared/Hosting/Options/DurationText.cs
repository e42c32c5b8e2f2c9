using System.Globalization;

namespace NodeTelemetry.Hosting.Options;

/// <summary>Durations such as <c>500ms</c>, <c>2s</c>, <c>5m</c>, <c>1h</c>, <c>7d</c> or <c>00:00:02</c>.</summary>
public static class DurationText
{
    /// <summary>The units, the largest first.</summary>
    private static readonly (string Suffix, long Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay),
        ("h", TimeSpan.TicksPerHour),
        ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond),
        ("ms", TimeSpan.TicksPerMillisecond),
    ];

    /// <summary>Parses a duration. A number needs a unit, and a negative duration is not accepted.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        foreach (var (suffix, unit) in Units)
        {
            // 5ms ends with the suffix of seconds too, but 5m is not a number.
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(
                    text.AsSpan(0, text.Length - suffix.Length),
                    NumberStyles.Float,
                    CultureInfo.InvariantCulture,
                    out var number))
            {
                var ticks = Math.Round(number * unit);
                duration = ticks >= 0 && ticks < long.MaxValue ? TimeSpan.FromTicks((long)ticks) : default;
                return ticks >= 0 && ticks < long.MaxValue;
            }
        }

        return text.Contains(':', StringComparison.Ordinal)
            && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration)
            && duration >= TimeSpan.Zero;
    }

    /// <summary>Formats a duration in the largest unit that needs no fraction.</summary>
    public static string Format(TimeSpan duration)
    {
        foreach (var (suffix, unit) in Units)
        {
            if (duration.Ticks % unit == 0 && duration != TimeSpan.Zero)
            {
                return (duration.Ticks / unit).ToString(CultureInfo.InvariantCulture) + suffix;
            }
        }

        return duration == TimeSpan.Zero ? "0s" : duration.ToString("c", CultureInfo.InvariantCulture);
    }
}
