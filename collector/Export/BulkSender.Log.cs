namespace NodeTelemetry.Collector.Export;

internal sealed partial class BulkSender
{
    private static partial class Log
    {
        [LoggerMessage(2430, LogLevel.Information, "OpenSearch, or a proxy before it, refuses compressed requests and "
            + "takes the same ones plain: from now on they are sent plain. A restart tries compression again.")]
        public static partial void SentPlain(ILogger logger);
    }
}
