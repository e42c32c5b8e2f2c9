using System.Globalization;

namespace NodeTelemetry.Collector.Export.Settings;

/// <summary>The names of all objects that the collector creates in OpenSearch.</summary>
/// <remarks>The version in a name changes when mappings become incompatible.</remarks>
internal static class IndexNames
{
    /// <summary>The prefix of the indices of readings, and the name of their template.</summary>
    public const string Metrics = "nodetelemetry-metrics-v1";

    /// <summary>The alias under which all daily or weekly indices of readings are read.</summary>
    public const string MetricsAlias = "nodetelemetry-metrics";

    /// <summary>The prefix of the indices of node events, and the name of their template.</summary>
    public const string Events = "nodetelemetry-events-v1";

    /// <summary>The alias under which all events are read.</summary>
    public const string EventsAlias = "nodetelemetry-events";

    /// <summary>The index that holds the current state of each node, and the name of its template.</summary>
    public const string Nodes = "nodetelemetry-nodes";

    /// <summary>The data stream, if configured; the pattern of the indices includes it.</summary>
    public const string Stream = Metrics + "-stream";

    /// <summary>
    /// The index of the hourly rollups that the policy creates.
    /// It matches no other pattern: rollups and readings cannot be searched together.
    /// </summary>
    public const string Rollup = "rollup-nodetelemetry-1h";

    /// <summary>The policy of index state management.</summary>
    public const string Policy = "nodetelemetry-retention";

    /// <summary>The maximum length of the suffix after the prefix and its hyphen, in bytes.</summary>
    public const int SuffixLengthMax = 10;

    /// <summary>Writes the suffix of the index of a day.</summary>
    /// <param name="naming">The naming.</param>
    /// <param name="day">Any time of the day, in UTC.</param>
    /// <param name="into">The destination, at least <see cref="SuffixLengthMax"/> bytes.</param>
    /// <returns>The number of bytes.</returns>
    public static int WriteSuffix(IndexNaming naming, DateTime day, Span<byte> into)
    {
        switch (naming)
        {
            case IndexNaming.Stream:
                "stream"u8.CopyTo(into);
                return 6;
            case IndexNaming.Weekly:
                var (year, week) = (ISOWeek.GetYear(day), ISOWeek.GetWeekOfYear(day));
                IsoTime.WriteDigits(year, into[..4]);
                ".w"u8.CopyTo(into[4..]);
                IsoTime.WriteDigits(week, into.Slice(6, 2));
                return 8;
            default:
                IsoTime.WriteDate(day, into, (byte)'.');
                return 10;
        }
    }

    /// <summary>Gets the name of the index, or the stream, for readings of a time.</summary>
    public static string ForMetrics(IndexNaming naming, DateTimeOffset time)
    {
        Span<byte> suffix = stackalloc byte[SuffixLengthMax];
        var length = WriteSuffix(naming, time.UtcDateTime, suffix);
        return $"{Metrics}-{System.Text.Encoding.ASCII.GetString(suffix[..length])}";
    }

    /// <summary>Gets the name of the index for events of a time: one a month, because they are few.</summary>
    public static string ForEvents(DateTimeOffset time) =>
        string.Create(CultureInfo.InvariantCulture, $"{Events}-{time.UtcDateTime:yyyy.MM}");

    /// <summary>Parses the name of an index of readings. No other index has such a name.</summary>
    /// <param name="index">The name.</param>
    /// <param name="end">The end of its period.</param>
    /// <returns><see langword="false"/> if it is not the name of a daily or weekly index of readings.</returns>
    public static bool TryReadEnd(string index, out DateTime end)
    {
        end = default;
        if (!index.StartsWith(Metrics + "-", StringComparison.Ordinal))
        {
            return false;
        }

        var suffix = index.AsSpan(Metrics.Length + 1);
        if (DateTime.TryParseExact(
            suffix,
            "yyyy.MM.dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var day))
        {
            end = day < DateTime.MaxValue.AddDays(-1) ? day.AddDays(1) : day;
            return true;
        }

        if (suffix.Length != 8
            || !suffix.Slice(4, 2).SequenceEqual(".w")
            || !int.TryParse(suffix[..4], NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            || !int.TryParse(suffix[6..], NumberStyles.None, CultureInfo.InvariantCulture, out var week)
            || year is < 1 or > 9998
            || week < 1
            || week > ISOWeek.GetWeeksInYear(year))
        {
            return false;
        }

        end = ISOWeek.ToDateTime(year, week, DayOfWeek.Monday).AddDays(7);
        return true;
    }
}
