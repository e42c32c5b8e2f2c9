namespace NodeTelemetry.Collector.Alerts.Rules;

/// <summary>A time that comes again and again in which some alerts are kept quiet.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Matcher">Which alerts.</param>
/// <param name="Days">The days of the week on which it begins.</param>
/// <param name="Start">When it begins, by the clock of <paramref name="Zone"/>.</param>
/// <param name="Duration">How long it lasts, at most a day; it may reach into the next day.</param>
/// <param name="Zone">The time zone.</param>
internal sealed record MaintenanceWindow(
    string Name,
    AlertMatcher Matcher,
    IReadOnlyList<DayOfWeek> Days,
    TimeOnly Start,
    TimeSpan Duration,
    TimeZoneInfo Zone)
{
    /// <summary>Determines whether it is open.</summary>
    /// <remarks>Its start is taken by the zone's clock, its length by real time: an hour is an hour also in the night
    /// in which the clock is changed.</remarks>
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
            // The clock was put forward over it: it begins when the clock stands again at a time that exists.
            local += TimeSpan.FromHours(1);
        }

        var begin = new DateTimeOffset(local, Zone.GetUtcOffset(local));
        return now >= begin && now < begin + Duration;
    }
}
