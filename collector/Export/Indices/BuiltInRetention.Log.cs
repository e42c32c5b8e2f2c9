namespace NodeTelemetry.Collector.Export.Indices;

internal sealed partial class BuiltInRetention
{
    private static partial class Log
    {
        [LoggerMessage(2444, LogLevel.Information, "Deleted the index {Index}: it is older than {Days} days.")]
        public static partial void Deleted(ILogger logger, string index, double days);

        [LoggerMessage(2445, LogLevel.Warning,
            "The index {Index} is older than the limit, but its mapping does not say that a collector created it; "
            + "it is kept. Delete it manually if it is not needed.")]
        public static partial void NotManaged(ILogger logger, string index);
    }
}
