namespace NodeTelemetry.Collector.Run;

internal sealed partial class AlertSetup
{
    private static partial class Log
    {
        [LoggerMessage(
            2020,
            LogLevel.Warning,
            "Cannot restore alerts and silences from {Path}: {Reason}. Alerts are raised and sent again.")]
        public static partial void NotRestored(ILogger logger, string path, string reason);
    }
}
