namespace NodeTelemetry.Collector.Export;

internal sealed partial class BulkSender
{
    private static partial class Log
    {
        [LoggerMessage(2430, LogLevel.Information, "OpenSearch, or a proxy in front of it, refuses compressed "
            + "requests but accepts them uncompressed. Requests are now sent uncompressed until the next restart.")]
        public static partial void SentPlain(ILogger logger);
    }
}
