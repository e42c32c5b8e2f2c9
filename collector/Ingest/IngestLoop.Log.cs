using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Ingest;

internal sealed partial class IngestLoop
{
    private static partial class Log
    {
        [LoggerMessage(
            2101,
            LogLevel.Warning,
            "Rejected {Count} datagrams ({Reason}); the last one came from {Source} and had {Length} bytes.")]
        public static partial void Rejected(ILogger logger, int count, RejectReason reason, string source, int length);
    }
}
