namespace NodeTelemetry.Collector.Export.Indices;

internal sealed partial class BuiltInRetention
{
    private static partial class Log
    {
        [LoggerMessage(2444, LogLevel.Information, "Deleted the index {Index}: it is older than {Days} days.")]
        public static partial void Deleted(ILogger logger, string index, double days);

        [LoggerMessage(2445, LogLevel.Warning,
            "The index {Index} is older than the limit, but its mapping does not say that a collector made it: it is "
            + "left. Delete it by hand if it is of no use.")]
        public static partial void NotOurs(ILogger logger, string index);
    }
}
