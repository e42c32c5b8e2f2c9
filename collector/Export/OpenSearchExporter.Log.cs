namespace NodeTelemetry.Collector.Export;

internal sealed partial class OpenSearchExporter
{
    private static partial class Log
    {
        [LoggerMessage(2410, LogLevel.Information, "OpenSearch accepts data; the backlog has "
            + "{Documents} documents.")]
        public static partial void Ok(ILogger logger, long documents);

        [LoggerMessage(2411, LogLevel.Warning, "OpenSearch accepts no data: {Problem} Retrying; the data is "
            + "kept until then.")]
        public static partial void Retrying(ILogger logger, string problem);

        [LoggerMessage(2412, LogLevel.Error, "The export to OpenSearch is held: {Problem} Retrying about every "
            + "30 s; the data is kept until then.")]
        public static partial void Held(ILogger logger, string problem);

        [LoggerMessage(2413, LogLevel.Warning, "The outbox cannot be read: {Reason}")]
        public static partial void OutboxUnreadable(ILogger logger, string reason);
    }
}
