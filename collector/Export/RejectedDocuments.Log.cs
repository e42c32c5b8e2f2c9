namespace NodeTelemetry.Collector.Export;

internal sealed partial class RejectedDocuments
{
    private static partial class Log
    {
        [LoggerMessage(2400, LogLevel.Warning, "OpenSearch permanently rejects the document {Action} ({Status} {Type}: "
            + "{Reason}); it is now a dead letter.")]
        public static partial void Rejected(ILogger logger, string action, int status, string? type, string? reason);

        [LoggerMessage(2401, LogLevel.Warning, "{Documents} documents of a discarded index that OpenSearch rejects "
            + "({Reason}) are now dead letters.")]
        public static partial void Discarded(ILogger logger, int documents, string reason);
    }
}
