namespace NodeTelemetry.Collector.Export;

internal sealed partial class BatchDeliverer
{
    private static partial class Log
    {
        [LoggerMessage(2400, LogLevel.Warning, "OpenSearch will never take the document {Action} ({Status} {Type}: "
            + "{Reason}); it is now a dead letter.")]
        public static partial void Buried(ILogger logger, string action, int status, string? type, string? reason);
    }
}
