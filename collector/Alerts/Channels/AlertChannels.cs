using NodeTelemetry.Hosting.Options;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>The types of channels.</summary>
internal static class AlertChannels
{
    private static readonly AlertChannelType[] Types =
    [
        LogAlertChannel.Type,
        WebhookAlertChannel.Type,
        AlertmanagerChannel.Type,
        NtfyAlertChannel.Type,
        SmtpAlertChannel.Type,
    ];

    /// <summary>Reads the settings of a channel; <see langword="null"/> if it cannot be used.</summary>
    /// <param name="name">The channel's name.</param>
    /// <param name="group">Its options.</param>
    /// <param name="defaults">The defaults of all channels.</param>
    /// <param name="problems">Receives what is wrong, a sentence each.</param>
    public static ChannelSettings? Read(
        string name, OptionValue group, ChannelSettings defaults, ICollection<string> problems)
    {
        var names = string.Join(", ", Types.Select(static type => type.Name));
        var given = group.Find("Type");
        var wanted = given?.Text ?? (name == LogAlertChannel.Type.Name ? name : null);
        if (Array.Find(Types, type => type.Name == wanted) is { } type)
        {
            return type.Read(name, group, defaults, problems);
        }

        problems.Add(
            given is null ? group.Explain("Type", $"is missing; give one of {names}")
            : given.Text is null ? given.RejectNested(names)
            : given.Reject(given.Text, names));
        return null;
    }

    /// <summary>Creates the channel with the settings.</summary>
    public static IAlertChannel Create(ChannelSettings settings, ILogger logger) =>
        Array.Find(Types, type => type.Name == settings.Type)!.Create(settings, logger);
}
