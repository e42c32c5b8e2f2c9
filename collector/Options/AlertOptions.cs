using System.Globalization;
using NodeTelemetry.Collector.Alerts.Channels;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Hosting;

namespace NodeTelemetry.Collector.Options;

/// <summary>The settings of alerts. <see cref="Read"/> declares each with its default, range and help.</summary>
internal sealed class AlertOptions
{
    /// <summary>Channels: people have a few.</summary>
    private const int ChannelCountMax = 50;

    /// <summary>Rules: each costs a look at every node every second.</summary>
    private const int RuleCountMax = 200;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Gets or sets the rules.</summary>
    public IReadOnlyList<AlertRule> Rules { get; set; } = DefaultRules.All;

    /// <summary>Gets or sets the channels.</summary>
    public IReadOnlyList<ChannelSettings> Channels { get; set; } = [];

    /// <summary>Gets or sets the maintenance windows.</summary>
    public IReadOnlyList<MaintenanceWindow> Windows { get; set; } = [];

    /// <summary>Gets or sets the address of the page that notifications name.</summary>
    public Uri? Page { get; set; }

    /// <summary>Reads them.</summary>
    public static AlertOptions Read(OptionReader reader)
    {
        var page = reader.Text(
            "Alerts:Page", string.Empty, "an http:// or https:// address; empty for this machine's",
            "Address of the page that notifications point to.", static text => text.Length == 0 || IsHttp(text));
        var defaults = new ChannelSettings
        {
            Name = "log",
            Type = "log",
            GroupWait = reader.Duration(
                "Alerts:GroupWait", TimeSpan.FromSeconds(3), TimeSpan.Zero, TimeSpan.FromHours(1),
                "How long a first alert waits for others, so that one message tells of all."),
            GroupInterval = reader.Duration(
                "Alerts:GroupInterval", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1), Day,
                "The least time between two messages of a channel; what changes meanwhile is told together."),
            RepeatInterval = reader.Duration(
                "Alerts:RepeatInterval", TimeSpan.FromHours(4), TimeSpan.FromMinutes(1), TimeSpan.FromDays(365),
                "After how long a channel reminds of alerts that still fire."),
        };
        return new AlertOptions
        {
            Page = page.Length == 0 || !IsHttp(page) ? null : new Uri(page),
            Rules = AlertRuleOptions.Read(
                reader.Groups(
                    "Alerts:Rules", "rules by name, in a file; see Alerts below",
                    "Own alert rules, and changes to those that there are."),
                RuleCountMax,
                reader.AddProblem),
            Channels = ReadChannels(
                reader.Groups(
                    "Alerts:Channels", "channels by name, in a file; see Alerts below", "Who is told of alerts."),
                defaults,
                reader),
            Windows = ReadWindows(reader.Groups(
                "Alerts:Maintenance", "windows by name, in a file; see Alerts below",
                "Times that come again and again in which nobody is told.")),
        };
    }

    private static List<ChannelSettings> ReadChannels(
        IReadOnlyList<OptionGroup> groups, ChannelSettings defaults, OptionReader reader)
    {
        var channels = new List<ChannelSettings>();
        if (!groups.Any(static group => group.Name == "log"))
        {
            channels.Add(defaults);
        }

        foreach (var group in groups)
        {
            var isEnabled = group.Flag("Enabled") ?? true;
            var channel = AlertChannelOptions.Read(group, defaults);
            group.RefuseUnknown();
            if (isEnabled && channel is not null)
            {
                channels.Add(channel);
            }
        }

        if (groups.Count > ChannelCountMax)
        {
            reader.AddProblem($"Alerts:Channels: there are {groups.Count}; at most {ChannelCountMax} are accepted.");
        }

        return channels;
    }

    private static List<MaintenanceWindow> ReadWindows(IReadOnlyList<OptionGroup> groups)
    {
        var windows = new List<MaintenanceWindow>();
        foreach (var group in groups)
        {
            var start = group.Text("Start", "a time of day such as 02:30", static text => IsTime(text));
            var duration = group.Duration("Duration", TimeSpan.FromMinutes(1), Day);
            var days = group.List("Days", "days such as Mon,Tue", static text => DayOf(text) is not null);
            var zone = group.Text(
                "TimeZone", "a time zone such as Europe/Berlin",
                static text => TimeZoneInfo.TryFindSystemTimeZoneById(text, out _));
            var matcher = AlertRuleOptions.Matcher(group, "Match");
            group.RefuseUnknown();
            if (start is null || duration is null)
            {
                group.AddProblem(null, "Start and Duration are needed, such as \"02:30\" and \"1h\".");
                continue;
            }

            windows.Add(new MaintenanceWindow(
                group.Name,
                matcher,
                days.Count == 0 ? Enum.GetValues<DayOfWeek>() : [.. days.Select(DayOf).OfType<DayOfWeek>()],
                TimeOnly.ParseExact(start, "H:mm", CultureInfo.InvariantCulture),
                duration.Value,
                zone is null ? TimeZoneInfo.Local : TimeZoneInfo.FindSystemTimeZoneById(zone)));
        }

        return windows;
    }

    private static bool IsTime(string text) =>
        TimeOnly.TryParseExact(text, "H:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static DayOfWeek? DayOf(string text)
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

    private static bool IsHttp(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";
}
