namespace NodeTelemetry.Collector.Alerts.Channels;

internal sealed partial class SmtpAlertChannel
{
    private static partial class Log
    {
        [LoggerMessage(
            2512,
            LogLevel.Error,
            "The alert channel {Channel}: {Server} did not accept {Count} of {Total} recipients, "
            + "the others have the mail: {Reasons}.")]
        public static partial void RecipientsRefused(
            ILogger logger, string channel, string server, int count, int total, string reasons);
    }
}
