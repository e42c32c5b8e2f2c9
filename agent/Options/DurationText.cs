using System.Globalization;

namespace NodeTelemetry.Agent.Options;

/// <summary>Durations as people write them: <c>500ms</c>, <c>2s</c>, <c>1m</c>, <c>1h</c>, or
/// <c>00:00:02</c>.</summary>
internal static class DurationText
{
    /// <summary>The longest unit first, so that <c>ms</c> is not taken for <c>s</c>.</summary>
    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)];

    /// <summary>Reads a duration.</summary>
    /// <returns><see langword="false"/> if it is none; a bare number is none, for nobody knows its unit.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        foreach (var (unit, seconds) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal))
            {
                var isNumber = decimal.TryParse(
                    text.AsSpan(0, text.Length - unit.Length),
                    NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture,
                    out var amount);
                var ticks = isNumber && amount < 1e9m ? amount * (decimal)seconds * TimeSpan.TicksPerSecond : -1;
                duration = ticks < 0 ? default : TimeSpan.FromTicks((long)ticks);
                return ticks >= 0;
            }
        }

        return text.Contains(':', StringComparison.Ordinal)
            && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration)
            && duration >= TimeSpan.Zero;
    }
}
