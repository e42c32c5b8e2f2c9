using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Hosting.Options;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>A type of channels: its options and its factory.</summary>
/// <param name="name">The name in options, such as <c>webhook</c>.</param>
internal abstract class AlertChannelType(string name)
{
    /// <summary>Gets the name in options.</summary>
    public string Name => name;

    /// <summary>Reads the settings of a channel; <see langword="null"/> if it cannot be used.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="group">Its options.</param>
    /// <param name="defaults">The defaults of all channels.</param>
    /// <param name="problems">Receives what is wrong, a sentence each.</param>
    public abstract ChannelSettings? Read(
        string channel, OptionValue group, ChannelSettings defaults, ICollection<string> problems);

    /// <summary>Creates a channel with settings of this type.</summary>
    public abstract IAlertChannel Create(ChannelSettings settings, ILogger logger);
}

/// <summary>A type of channels whose settings are a <typeparamref name="T"/>.</summary>
/// <typeparam name="T">The settings.</typeparam>
/// <param name="name">The name in options.</param>
/// <param name="create">Creates a channel.</param>
internal sealed class AlertChannelType<T>(string name, Func<T, ILogger, IAlertChannel> create) : AlertChannelType(name)
    where T : ChannelSettings, new()
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Gets the options.</summary>
    public OptionTable<T> Options { get; } = CreateTable();

    /// <summary>Gets what sets the defaults that differ from those of all channels.</summary>
    public Action<T>? SetDefaults { get; init; }

    /// <summary>Gets what checks the options together; <see langword="false"/> if the channel cannot be used.</summary>
    public Func<T, OptionValue, ICollection<string>, bool>? Check { get; init; }

    /// <inheritdoc/>
    public override ChannelSettings? Read(
        string channel, OptionValue group, ChannelSettings defaults, ICollection<string> problems)
    {
        var settings = new T
        {
            Name = channel,
            Type = Name,
            GroupWait = defaults.GroupWait,
            GroupInterval = defaults.GroupInterval,
            RepeatInterval = defaults.RepeatInterval,
        };
        SetDefaults?.Invoke(settings);
        Options.Apply(settings, group, problems);
        Options.RejectUnknown(group, problems);
        return Check?.Invoke(settings, group, problems) is false ? null : settings;
    }

    /// <inheritdoc/>
    public override IAlertChannel Create(ChannelSettings settings, ILogger logger) => create((T)settings, logger);

    private static OptionTable<T> CreateTable() => new OptionTable<T>()
        .Flag("Enabled", true, "Whether the channel is used.", static (o, value) => o.IsEnabled = value)
        .Text("Type", "TYPE", string.Empty, "a type of channel", "Type of the channel.", static (_, _) => true)
        .Choice("Severity", string.Empty, AlertSeverityNames.All, "Minimum severity.",
            static (o, index) => o.Severity = (AlertSeverity)index)
        .Patterns("Match", AlertMatcher.CountMax, AlertMatcher.LengthMax, "Labels of its alerts.",
            static (o, patterns) => o.Match = new AlertMatcher(patterns))
        .Flag("Resolved", true, "Whether the end of alerts is reported.", static (o, value) => o.SendResolved = value)
        .Duration("GroupWait", null, TimeSpan.Zero, TimeSpan.FromHours(1), "How long a first alert waits for others.",
            static (o, value) => o.GroupWait = value)
        .Duration("GroupInterval", null, TimeSpan.FromSeconds(1), Day, "Minimum time between two notifications.",
            static (o, value) => o.GroupInterval = value)
        .Duration("RepeatInterval", null, TimeSpan.FromSeconds(10), TimeSpan.FromDays(365),
            "Time after which alerts that still fire are repeated.", static (o, value) => o.RepeatInterval = value)
        .Duration("Timeout", null, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), "Timeout of one attempt.",
            static (o, value) => o.Timeout = value);
}
