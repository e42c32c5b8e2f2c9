namespace NodeTelemetry.Collector.Export;

internal sealed partial class RejectedDocuments
{
    private static partial class Log
    {
        [LoggerMessage(2400, LogLevel.Warning, "OpenSearch will never take the document {Action} ({Status} {Type}: "
            + "{Reason}); it is now a dead letter.")]
        public static partial void Buried(ILogger logger, string action, int status, string? type, string? reason);

        [LoggerMessage(2401, LogLevel.Warning, "By command, {Documents} documents that OpenSearch refuses ({Reason}) "
            + "were given up; they are dead letters now.")]
        public static partial void GivenUp(ILogger logger, int documents, string reason);
    }
}
