namespace NodeTelemetry.Collector.Export;

internal sealed partial class OpenSearchExporter
{
    private static partial class Log
    {
        [LoggerMessage(2410, LogLevel.Information, "OpenSearch takes data; {Documents} documents wait.")]
        public static partial void Ok(ILogger logger, long documents);

        [LoggerMessage(2411, LogLevel.Warning, "OpenSearch takes no data at present: {Problem} It is tried again; "
            + "until then data is kept.")]
        public static partial void Retrying(ILogger logger, string problem);

        [LoggerMessage(2412, LogLevel.Error, "The export to OpenSearch is held: {Problem} It is tried again every half "
            + "minute or so; until then data is kept.")]
        public static partial void Held(ILogger logger, string problem);

        [LoggerMessage(2413, LogLevel.Warning, "The outbox cannot be read at present: {Reason}")]
        public static partial void OutboxUnreadable(ILogger logger, string reason);
    }
}
