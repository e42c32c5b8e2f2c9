namespace NodeTelemetry.Collector.Export.Indices;

internal sealed partial class IndexMaintenance
{
    private static partial class Log
    {
        [LoggerMessage(2446, LogLevel.Information,
            "OpenSearch has no index state management: the collector deletes its indices when they are older than "
            + "{Days} days.")]
        public static partial void BuiltIn(ILogger logger, double days);

        [LoggerMessage(2447, LogLevel.Warning, "Old indices are not maintained as configured: {Problem}")]
        public static partial void Problem(ILogger logger, string problem);
    }
}
