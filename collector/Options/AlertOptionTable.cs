using System.Globalization;
using NodeTelemetry.Collector.Alerts.Channels;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Hosting.Options;

namespace NodeTelemetry.Collector.Options;

/// <summary>Declares the options of alerts.</summary>
internal static class AlertOptionTable
{
    /// <summary>A user has a few.</summary>
    private const int ChannelCountMax = 50;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly OptionTable<WindowDraft> Window = new OptionTable<WindowDraft>()
        .Text("Start", "HH:MM", string.Empty, "a time of day such as 02:30", "Start.", static (o, text) =>
            (o.Start = TimeOnly.TryParseExact(
                text, "H:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
                ? time
                : null) is not null)
        .Duration("Duration", null, TimeSpan.FromMinutes(1), Day, "Duration.", static (o, value) => o.Duration = value)
        .Texts("Days", "DAY,...", [], "days such as Mon,Tue", "Days; all by default.",
            static (o, texts) => o.Days = [.. texts.Select(ParseDay).OfType<DayOfWeek>()],
            static text => ParseDay(text) is not null)
        .Text("TimeZone", "ZONE", string.Empty, "a time zone such as Europe/Berlin", "Time zone.", static (o, text) =>
            TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone) && (o.Zone = zone) is not null)
        .Patterns("Match", AlertMatcher.CountMax, AlertMatcher.LengthMax, "Alerts that are silenced.",
            static (o, patterns) => o.Match = new AlertMatcher(patterns));

    /// <summary>Adds the options.</summary>
    public static void Add(OptionTable<CollectorOptions> table) => table
        .HttpAddress("Alerts:Page", "an http:// or https:// address; empty for this machine's",
            "Address of the page in notifications.", static (o, address) => o.Alerts.Page = address)
        .Duration("Alerts:GroupWait", TimeSpan.FromSeconds(3), TimeSpan.Zero, TimeSpan.FromHours(1),
            "How long a first alert waits for others, so that one notification contains them all.",
            static (o, value) => o.Alerts.Defaults = o.Alerts.Defaults with { GroupWait = value })
        .Duration("Alerts:GroupInterval", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1), Day,
            "Minimum time between two notifications of a channel; changes in between are reported together.",
            static (o, value) => o.Alerts.Defaults = o.Alerts.Defaults with { GroupInterval = value })
        .Duration("Alerts:RepeatInterval", TimeSpan.FromHours(4), TimeSpan.FromMinutes(1), TimeSpan.FromDays(365),
            "Time after which a channel repeats alerts that still fire.",
            static (o, value) => o.Alerts.Defaults = o.Alerts.Defaults with { RepeatInterval = value })
        .Groups("Alerts:Rules", "rules by name, in a file; see docs/alerts.md",
            "User-defined alert rules, and changes to the built-in ones.",
            static (o, groups, problems) => o.Alerts.Rules = AlertRuleOptions.Read(groups, problems))
        .Groups("Alerts:Channels", "channels by name, in a file; see docs/alerts.md", "Recipients of notifications.",
            static (o, groups, problems) => o.Alerts.Channels = ReadChannels(groups, o.Alerts.Defaults, problems))
        .Groups("Alerts:Maintenance", "windows by name, in a file; see docs/alerts.md",
            "Recurring times without notifications.",
            static (o, groups, problems) => o.Alerts.Windows = ReadWindows(groups, problems));

    private static List<ChannelSettings> ReadChannels(
        IReadOnlyList<KeyValuePair<string, OptionValue>> groups,
        ChannelSettings defaults,
        ICollection<string> problems)
    {
        var channels = new List<ChannelSettings>();
        if (!groups.Any(group => group.Key == defaults.Name))
        {
            channels.Add(defaults);
        }

        foreach (var (name, group) in groups)
        {
            if (AlertChannels.Read(name, group, defaults, problems) is { IsEnabled: true } channel)
            {
                channels.Add(channel);
            }
        }

        if (groups.Count > ChannelCountMax)
        {
            problems.Add($"Alerts:Channels: there are {groups.Count}; at most {ChannelCountMax} are accepted.");
        }

        return channels;
    }

    private static List<MaintenanceWindow> ReadWindows(
        IReadOnlyList<KeyValuePair<string, OptionValue>> groups, ICollection<string> problems)
    {
        var windows = new List<MaintenanceWindow>();
        foreach (var (name, group) in groups)
        {
            var draft = new WindowDraft();
            Window.Apply(draft, group, problems);
            Window.RejectUnknown(group, problems);
            if (draft is { Start: { } start, Duration: { } duration })
            {
                windows.Add(new MaintenanceWindow(
                    name,
                    draft.Match,
                    draft.Days.Count == 0 ? Enum.GetValues<DayOfWeek>() : draft.Days,
                    start,
                    duration,
                    draft.Zone));
            }
            else
            {
                problems.Add(group.Explain("Start and Duration are needed, such as \"02:30\" and \"1h\""));
            }
        }

        return windows;
    }

    private static DayOfWeek? ParseDay(string text)
    {
        foreach (var day in Enum.GetValues<DayOfWeek>())
        {
            if (text.Length >= 3 && day.ToString().StartsWith(text, StringComparison.OrdinalIgnoreCase))
            {
                return day;
            }
        }

        return null;
    }

    private sealed class WindowDraft
    {
        public TimeOnly? Start { get; set; }

        public TimeSpan? Duration { get; set; }

        public IReadOnlyList<DayOfWeek> Days { get; set; } = [];

        public TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Local;

        public AlertMatcher Match { get; set; } = AlertMatcher.All;
    }
}
