namespace NodeTelemetry.Collector.Export;

internal sealed partial class BacklogProgress
{
    private static partial class Log
    {
        [LoggerMessage(2449, LogLevel.Information,
            "Sending a backlog of {Documents} documents to OpenSearch.")]
        public static partial void Began(ILogger logger, long documents);

        [LoggerMessage(2450, LogLevel.Information,
            "Sending the backlog to OpenSearch: {Documents} documents left, {PerSecond:0} per second, {Left}.")]
        public static partial void Progress(ILogger logger, long documents, double perSecond, string left);

        [LoggerMessage(2451, LogLevel.Information,
            "Sent the backlog to OpenSearch: {Documents} documents in {Seconds:0} s.")]
        public static partial void Ended(ILogger logger, long documents, double seconds);
    }
}
