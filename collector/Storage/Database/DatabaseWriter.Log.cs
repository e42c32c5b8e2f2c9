namespace NodeTelemetry.Collector.Storage.Database;

internal sealed partial class DatabaseWriter
{
    private static partial class Log
    {
        [LoggerMessage(2310, LogLevel.Error, "{Problem} Nothing can be stored. The newest data is kept in memory, "
            + "and storing it is retried every {Seconds} s.")]
        public static partial void Degraded(ILogger logger, string problem, double seconds);

        [LoggerMessage(2311, LogLevel.Information, "The database {Path} can be written again.")]
        public static partial void Recovered(ILogger logger, string path);

        [LoggerMessage(2312, LogLevel.Error, "Stopping; the data in memory could not be stored: {Problem}")]
        public static partial void NotStoredAtStop(ILogger logger, string problem);

        [LoggerMessage(2313, LogLevel.Warning, "The database {Path} could not be shrunk: {Reason} Retrying.")]
        public static partial void NotShrunk(ILogger logger, string path, string reason);
    }
}
