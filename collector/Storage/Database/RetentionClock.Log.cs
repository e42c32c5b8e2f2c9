namespace NodeTelemetry.Collector.Storage.Database;

internal sealed partial class RetentionClock
{
    private static partial class Log
    {
        [LoggerMessage(2330, LogLevel.Warning, "The clock of this machine is {Days:0.0} days ahead of the stored data. "
            + "Old data is kept until the clock has been synchronized and ahead for {Hours} hours.")]
        public static partial void Ahead(ILogger logger, double days, double hours);

        [LoggerMessage(2331, LogLevel.Information, "The clock of this machine is synchronized: old data is deleted by "
            + "it again.")]
        public static partial void Confirmed(ILogger logger);
    }
}
