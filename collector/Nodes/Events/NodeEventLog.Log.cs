namespace NodeTelemetry.Collector.Nodes.Events;

internal sealed partial class NodeEventLog
{
    private static partial class Log
    {
        [LoggerMessage(2201, LogLevel.Information, "{Text} [{Subject}]")]
        public static partial void Happened(ILogger logger, string text, string subject);

        [LoggerMessage(2204, LogLevel.Warning, "{Text} [{Subject}]")]
        public static partial void WentWrong(ILogger logger, string text, string subject);

        [LoggerMessage(2208, LogLevel.Warning, "{Count} more events within {Window} were not logged.")]
        public static partial void Suppressed(ILogger logger, int count, TimeSpan window);
    }
}
