namespace NodeTelemetry.Collector.Export.Indices;

internal sealed partial class NodeIndexPublisher
{
    private static partial class Log
    {
        [LoggerMessage(2448, LogLevel.Warning,
            "The present states of nodes are not written to {Index}: {Problem} It is tried again.")]
        public static partial void Problem(ILogger logger, string index, string problem);
    }
}
