namespace NodeTelemetry.Collector.Alerts.Rules;

/// <summary>A recurring time in which matching alerts send no notifications.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Matcher">The alerts.</param>
/// <param name="Days">The days of the week on which it begins.</param>
/// <param name="Start">When it begins, by the clock of <paramref name="Zone"/>.</param>
/// <param name="Duration">The duration, at most a day; it may extend into the next day.</param>
/// <param name="Zone">The time zone.</param>
internal sealed record MaintenanceWindow(
    string Name,
    AlertMatcher Matcher,
    IReadOnlyList<DayOfWeek> Days,
    TimeOnly Start,
    TimeSpan Duration,
    TimeZoneInfo Zone)
{
    /// <summary>Determines whether the window is open.</summary>
    /// <remarks>It starts by the zone's clock and lasts by elapsed time, also when the clock changes.</remarks>
    public bool IsOpen(DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Zone).DateTime);
        return IsWithin(now, today) || IsWithin(now, today.AddDays(-1));
    }

    private bool IsWithin(DateTimeOffset now, DateOnly day)
    {
        if (!Days.Contains(day.DayOfWeek))
        {
            return false;
        }

        var local = day.ToDateTime(Start);
        if (Zone.IsInvalidTime(local))
        {
            // The clock skips this time: the window begins an hour later.
            local += TimeSpan.FromHours(1);
        }

        var begin = new DateTimeOffset(local, Zone.GetUtcOffset(local));
        return now >= begin && now < begin + Duration;
    }
}
