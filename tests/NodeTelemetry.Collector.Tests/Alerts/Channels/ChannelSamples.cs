using NodeTelemetry.Collector.Alerts.Channels;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Tests.Alerts.Engine;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Collector.Tests.Alerts.Channels;

/// <summary>Notifications and settings for tests of channels.</summary>
internal static class ChannelSamples
{
    public static readonly DateTimeOffset At = new(2026, 11, 3, 10, 0, 0, TimeSpan.Zero);

    public static Alert Alert(int number, string summary, AlertSeverity severity = AlertSeverity.Warning) => new()
    {
        Id = $"disk\taa\t{number}",
        Rule = "disk",
        Severity = severity,
        Node = "00000000000000aa",
        Hostname = "pi-01",
        Phase = AlertPhase.Firing,
        Since = At,
        FiredAt = At,
        Summary = summary,
    };

    /// <summary>Creates a notification of alerts with long texts.</summary>
    public static AlertNotification Notification(int count, string summary) =>
        Notification([.. Enumerable.Range(0, count).Select(number => Alert(number, $"{number}: {summary}"))]);

    public static AlertNotification Notification(params Alert[] firing) =>
        new(firing, [], firing, At, "host", AlertBench.Page);

    public static WebhookAlertChannel.Settings Webhook(HttpRecorder server, string path, string template) => new()
    {
        Name = "x",
        Type = "webhook",
        Address = new Uri(server.Address, path),
        Template = WebhookTemplate.Read(template, out _)!,
    };
}
