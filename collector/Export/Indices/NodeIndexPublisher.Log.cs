namespace NodeTelemetry.Collector.Export.Indices;

internal sealed partial class NodeIndexPublisher
{
    private static partial class Log
    {
        [LoggerMessage(2448, LogLevel.Warning,
            "The current node states could not be written to {Index}: {Problem} Retrying.")]
        public static partial void Problem(ILogger logger, string index, string problem);
    }
}
