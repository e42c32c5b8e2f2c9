
namespace NodeTelemetry.Collector.Ingest;

internal sealed partial class MulticastReceiver
{
    private static partial class Log
    {
        [LoggerMessage(2113, LogLevel.Debug, "Received nothing from {Group} for {Silence}; joining again.")]
        public static partial void Silent(ILogger logger, MulticastEndpoint group, TimeSpan silence);

        [LoggerMessage(2114, LogLevel.Warning, "Receiving from {Group} failed {Count} times; last error: {Error}.")]
        public static partial void ReceiveFailed(ILogger logger, MulticastEndpoint group, int count, string error);
    }
}
