using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>Reads the outbox's rows one after the other, through a connection that stays while there are any.</summary>
/// <remarks>
/// Opening a connection means reading the whole schema, which takes longer than reading a batch. For one thread.
/// </remarks>
internal sealed class OutboxReader : IDisposable
{
    private DatabaseSession? _session;
    private int _opening;

    /// <summary>Reads the oldest batch behind a row, and checks it.</summary>
    /// <returns><see langword="null"/> when there is none, or no file to read.</returns>
    /// <exception cref="SqliteException">The database cannot be read.</exception>
    public OutboxRow? Read(TelemetryDatabase database, long after)
    {
        // The file may have been set aside or deleted since, and another begun: that one is to be read.
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
                // It failed, or there will be nothing to read for a while.
                Dispose();
            }
        }
    }

    /// <summary>Closes the connection; the next read opens another.</summary>
    public void Dispose()
    {
        _session?.Dispose();
        _session = null;
    }
}
