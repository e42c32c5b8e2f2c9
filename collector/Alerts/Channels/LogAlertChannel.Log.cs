namespace NodeTelemetry.Collector.Alerts.Channels;

internal sealed partial class LogAlertChannel
{
    private static partial class Log
    {
        [LoggerMessage(2500, LogLevel.Error, "Alert {Rule} ({Severity}): {Summary}")]
        public static partial void Critical(ILogger logger, string rule, string severity, string summary);

        [LoggerMessage(2501, LogLevel.Warning, "Alert {Rule} ({Severity}): {Summary}")]
        public static partial void Firing(ILogger logger, string rule, string severity, string summary);

        [LoggerMessage(
            2502, LogLevel.Information, "Alert {Rule} resolved: {Summary} It fired at {Since:u}. {Ending}")]
        public static partial void Resolved(
            ILogger logger, string rule, string summary, DateTimeOffset? since, string ending);

        [LoggerMessage(2503, LogLevel.Warning, "{Count} more alert changes are not listed; see /api/alerts.")]
        public static partial void Unlisted(ILogger logger, int count);

        [LoggerMessage(2504, LogLevel.Warning, "{Count} alerts still fire: {Title}")]
        public static partial void Still(ILogger logger, int count, string title);
    }
}
