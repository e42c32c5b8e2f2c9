namespace NodeTelemetry.Collector.Run;

internal sealed partial class AlertSetup
{
    private static partial class Log
    {
        [LoggerMessage(
            2020,
            LogLevel.Warning,
            "Alerts and silences of before could not be read from {Path}: {Reason}. Alerts are raised and told anew.")]
        public static partial void NotRestored(ILogger logger, string path, string reason);
    }
}
