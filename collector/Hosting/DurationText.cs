using System.Globalization;

namespace NodeTelemetry.Collector.Hosting;

/// <summary>Durations as people write them: a number and <c>ms</c>, <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>.</summary>
internal static class DurationText
{
    private static readonly (string Suffix, TimeSpan Unit)[] Units =
    [
        ("d", TimeSpan.FromDays(1)),
        ("h", TimeSpan.FromHours(1)),
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)),
    ];

    /// <summary>Reads a duration; also <see cref="TimeSpan"/>'s own form, <c>0:00:02</c>.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        value = default;
        foreach (var (suffix, unit) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(
                    text[..^suffix.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && Math.Abs(number * unit.TotalDays) < TimeSpan.MaxValue.TotalDays)
            {
                value = number * unit;
                return true;
            }
        }

        return text.Contains(':', StringComparison.Ordinal)
            && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Writes a duration in the largest unit that needs no fraction.</summary>
    public static string Format(TimeSpan value)
    {
        foreach (var (suffix, unit) in Units.OrderByDescending(static pair => pair.Unit))
        {
            if (value.Ticks % unit.Ticks == 0 && value != TimeSpan.Zero)
            {
                return (value.Ticks / unit.Ticks).ToString(CultureInfo.InvariantCulture) + suffix;
            }
        }

        return value == TimeSpan.Zero ? "0s" : value.ToString("c", CultureInfo.InvariantCulture);
    }
}
