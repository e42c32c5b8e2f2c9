using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Collector.Storage.History;

namespace NodeTelemetry.Collector.Commands;

/// <summary>
/// The command <c>recover FILE</c>: copies what can be read of a damaged database into the current one.
/// Rows that the current one has stay as they are.
/// </summary>
internal static class RecoverCommand
{
    private const int Failed = 1;

    // Steps of some thousand rows between two lines of progress.
    private const int StepsPerLine = 40;

    /// <summary>Runs the command.</summary>
    /// <param name="settings">The current database, and the tiers of the history.</param>
    /// <param name="file">The damaged file.</param>
    /// <param name="time">The clock.</param>
    /// <param name="output">Receives progress and result.</param>
    /// <param name="problems">Receives error messages.</param>
    /// <returns>The exit code.</returns>
    public static int Run(
        StorageSettings settings, string file, TimeProvider time, TextWriter output, TextWriter problems)
    {
        var metrics = new CollectorMetrics();
        using var database = new TelemetryDatabase(
            settings.Path, metrics, time, NullLogger<TelemetryDatabase>.Instance);
        using var source = DamagedFile.TryOpen(file, out var damage);
        if (source is null)
        {
            problems.WriteLine(File.Exists(file)
                ? $"nodetelemetry-collector: {file} cannot be read as a database: {damage} Try the .recover "
                    + "command of the sqlite3 tool, and give its result."
                : $"nodetelemetry-collector: There is no file {file}.");
            return Failed;
        }

        if (!database.TryOpen(out var problem))
        {
            problems.WriteLine($"nodetelemetry-collector: {problem} Stop the collector first if it runs.");
            return Failed;
        }

        try
        {
            Copy(database, metrics, settings, source, Path.GetFullPath(file), output);
            return 0;
        }
        catch (SqliteException exception)
        {
            problems.WriteLine($"nodetelemetry-collector: {database.Explain(exception)}");
            return Failed;
        }
    }

    private static void Copy(
        TelemetryDatabase database,
        CollectorMetrics metrics,
        StorageSettings settings,
        DamagedFile source,
        string path,
        TextWriter output)
    {
        var session = database.Session!;
        session.Execute("BEGIN IMMEDIATE");
        var recovery = new DatabaseRecovery(source, session);
        recovery.Copy();
        recovery.BeginHistory(path);
        session.Execute("COMMIT");
        output.WriteLine($"Copied {recovery}. {recovery.DocumentsLost} documents for OpenSearch could not be read.");

        using var history = new HistoryRecovery(settings.Tiers, metrics.Storage, database);
        history.OnOpened(session);
        var before = Count(session);
        for (var step = 1; ; step++)
        {
            session.Execute("BEGIN IMMEDIATE");
            var hasMore = history.CopySome(session);
            session.Execute("COMMIT");
            if (!hasMore)
            {
                break;
            }

            if (step % StepsPerLine == 0)
            {
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{Count(session) - before} rows of the history so far"));
            }
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Copied {Count(session) - before} rows of the history. "
            + $"Rows could not be read in {source.Damages + metrics.Storage.RowsDamaged.Value} places."));
    }

    private static long Count(DatabaseSession session) => session.Integer(
        "SELECT (SELECT count(*) FROM history_chunk) + (SELECT count(*) FROM history_column)") ?? 0;
}
