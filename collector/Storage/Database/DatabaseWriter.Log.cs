namespace NodeTelemetry.Collector.Storage.Database;

internal sealed partial class DatabaseWriter
{
    private static partial class Log
    {
        [LoggerMessage(2310, LogLevel.Error, "{Problem} Nothing can be stored; the newest of it is kept in memory "
            + "and tried again every {Seconds} s.")]
        public static partial void Degraded(ILogger logger, string problem, double seconds);

        [LoggerMessage(2311, LogLevel.Information, "The database {Path} can be written again.")]
        public static partial void Recovered(ILogger logger, string path);

        [LoggerMessage(2312, LogLevel.Error, "Stopping without having stored what was in memory: {Problem}")]
        public static partial void NotStoredAtStop(ILogger logger, string problem);

        [LoggerMessage(2313, LogLevel.Warning, "The database {Path} could not be made smaller: {Reason} It is tried "
            + "again.")]
        public static partial void NotShrunk(ILogger logger, string path, string reason);
    }
}
