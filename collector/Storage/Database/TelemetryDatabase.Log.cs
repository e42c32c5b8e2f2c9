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
            + "and a new one created. Its content is lost unless the .recover command of the sqlite3 tool can read "
            + "that file.")]
        public static partial void Quarantined(ILogger logger, string path, string reason, string target);

        [LoggerMessage(2303, LogLevel.Warning, "Deleted the damaged database {Path}: only the newest {Kept} are kept.")]
        public static partial void RemovedDamaged(ILogger logger, string path, int kept);

        [LoggerMessage(2304, LogLevel.Warning, "Skipped the damaged row {Row} of the table {Table} in {Path}: "
            + "{Reason}")]
        public static partial void RowDamaged(ILogger logger, string row, string table, string path, string reason);
    }
}
