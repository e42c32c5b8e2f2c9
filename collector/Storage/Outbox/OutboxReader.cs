using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>Reads the rows of the outbox in turn, through a connection that stays open while there are any.</summary>
/// <remarks>
/// Opening a connection reads the whole schema, which takes longer than reading a batch. For one thread.
/// </remarks>
internal sealed class OutboxReader : IDisposable
{
    private DatabaseSession? _session;
    private int _opening;

    /// <summary>Reads and checks the oldest batch after a row.</summary>
    /// <returns><see langword="null"/> if there is none, or no file to read.</returns>
    /// <exception cref="SqliteException">The database cannot be read.</exception>
    public OutboxRow? Read(TelemetryDatabase database, long after)
    {
        // The file may have been quarantined or deleted meanwhile, and another one created.
        var opening = database.Openings;
        if (opening != _opening)
        {
            Dispose();
        }

        if (_session is null && database.OpenReader() is { } connection)
        {
            _session = new DatabaseSession(connection);
            _opening = opening;
        }

        OutboxRow? row = null;
        try
        {
            row = _session is null ? null : OutboxRows.ReadNext(_session, after);
            return row;
        }
        finally
        {
            if (row is null)
            {
                // Reading failed, or there is nothing to read for a while.
                Dispose();
            }
        }
    }

    /// <summary>Closes the connection; the next read opens a new one.</summary>
    public void Dispose()
    {
        _session?.Dispose();
        _session = null;
    }
}
