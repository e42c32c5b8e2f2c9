namespace NodeTelemetry.Collector.Storage.Database;

internal sealed partial class TelemetryDatabase
{
    private static partial class Log
    {
        [LoggerMessage(2300, LogLevel.Information, "Opened the database {Path} ({Bytes} bytes, schema version "
            + "{Version}) with SQLite {Library}.")]
        public static partial void Opened(ILogger logger, string path, long bytes, int version, string library);

        [LoggerMessage(2301, LogLevel.Information, "Upgraded the database {Path} from schema version {From} to {To}.")]
        public static partial void Upgraded(ILogger logger, string path, int from, int to);

        [LoggerMessage(2302, LogLevel.Error, "The database {Path} is damaged ({Reason}). It was moved to {Target}, "
            + "and a new one is created with everything that can be read of it.")]
        public static partial void Quarantined(ILogger logger, string path, string reason, string target);

        [LoggerMessage(2305, LogLevel.Warning, "Copied from {File}: {Tables}; {Documents} documents for OpenSearch, "
            + "{Lost} lost. Rows could not be read in {Damages} places. The history follows.")]
        public static partial void Recovered(
            ILogger logger, string file, string tables, long documents, long lost, long damages);

        [LoggerMessage(2306, LogLevel.Error, "Nothing can be read of {File}: {Problem} If the .recover command of the "
            + "sqlite3 tool repairs a copy of it, nodetelemetry-collector recover COPY takes what that contains.")]
        public static partial void NothingRecovered(ILogger logger, string file, string? problem);

        [LoggerMessage(2307, LogLevel.Warning, "Copied the history from {File}: {Rows} rows; {Damages} places could "
            + "not be read.")]
        public static partial void HistoryRecovered(ILogger logger, string file, long rows, long damages);

        [LoggerMessage(2308, LogLevel.Warning, "Repaired the application_id {Found} of {Path}: its tables are the "
            + "collector's.")]
        public static partial void ApplicationRepaired(ILogger logger, string path, long found);

        [LoggerMessage(2303, LogLevel.Warning, "Deleted the damaged database {Path}: only the newest {Kept} are kept.")]
        public static partial void RemovedDamaged(ILogger logger, string path, int kept);

        [LoggerMessage(2304, LogLevel.Warning, "Skipped the damaged row {Row} of the table {Table} in {Path}: "
            + "{Reason}")]
        public static partial void RowDamaged(ILogger logger, string row, string table, string path, string reason);
    }
}
