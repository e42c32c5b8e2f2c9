using System.Text.Json;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.Tables;

/// <summary>Keeps the events, limited in number and age: the oldest are dropped.</summary>
internal sealed class EventTable : IEventListener, IDatabaseWork
{
    /// <summary>Events that wait while the database cannot be written: some 5 MB.</summary>
    public const int PendingMax = 10_000;

    private const string SelectSql = "SELECT id, time, kind, node, hostname, text, details FROM event ";

    private static readonly (NodeEventKind Begin, NodeEventKind End)[] Outages =
    [
        (NodeEventKind.NetworkLost, NodeEventKind.NetworkRestored),
        (NodeEventKind.MulticastLost, NodeEventKind.MulticastRestored),
    ];

    /// <summary>Events after which the limits are enforced again, and so the possible excess.</summary>
    private const int TrimAfter = 200;

    private static readonly TimeSpan TrimPeriod = TimeSpan.FromHours(1);

    private readonly StorageSettings _settings;
    private readonly StorageMetrics _metrics;
    private readonly RetentionClock _retention;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Journal<long, NodeEvent> _events;
    private long? _trimmedTimestamp;
    private int _untrimmed;

    /// <summary>Initializes a new instance of the <see cref="EventTable"/> class.</summary>
    public EventTable(
        StorageSettings settings, CollectorMetrics metrics, RetentionClock retention, TimeProvider time)
    {
        _retention = retention;
        _settings = settings;
        _metrics = metrics.Storage;
        _time = time;
        _events = new(
            _lock, PendingMax, onDropped: _ => _metrics.EventsDropped[EventDropReason.MemoryFull].Inc());
    }

    /// <summary>Gets the identity of the newest event, or 0. To be called before the ingest loop starts.</summary>
    /// <exception cref="SqliteException">The database cannot be read.</exception>
    public static long LastId(TelemetryDatabase database)
    {
        using var connection = database.OpenReader();
        if (connection is null)
        {
            return 0;
        }

        using var command = connection.CreateCommand();
        command.CommandText = "SELECT coalesce(max(id), 0) FROM event";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>
    /// Reads the network outages that have not ended, at most one of each kind.
    /// To be called before the ingest loop starts.
    /// </summary>
    /// <exception cref="SqliteException">The database cannot be read.</exception>
    public static IReadOnlyList<NodeEvent> OpenOutages(TelemetryDatabase database)
    {
        using var connection = database.OpenReader();
        if (connection is null)
        {
            return [];
        }

        var open = new List<NodeEvent>();
        foreach (var (begin, end) in Outages)
        {
            using var command = connection.CreateCommand();
            command.CommandText = SelectSql + "WHERE kind IN ($begin, $end) ORDER BY id DESC LIMIT 1";
            command.Parameters.AddWithValue("$begin", begin.Name());
            command.Parameters.AddWithValue("$end", end.Name());
            using var reader = command.ExecuteReader();
            if (reader.Read() && TryRead(reader, database) is { } newest && newest.Kind == begin)
            {
                open.Add(newest);
            }
        }

        return open;
    }

    /// <summary>Reads events, newest first, including those that are not written yet. Safe for any thread.</summary>
    /// <exception cref="SqliteException">The database cannot be read.</exception>
    public IReadOnlyList<NodeEvent> Read(TelemetryDatabase database, EventFilter filter)
    {
        // Memory first: events committed between the two reads are seen twice and returned once.
        var found = new Dictionary<long, NodeEvent>();
        var replaced = new List<long>();
        lock (_lock)
        {
            foreach (var raised in _events.Rows.Where(filter.Matches))
            {
                found[raised.Id] = raised;
                if (raised.Details.Replaces is { } earlier)
                {
                    replaced.Add(earlier);
                }
            }
        }

        using var connection = database.OpenReader();
        if (connection is not null)
        {
            using var command = connection.CreateCommand();
            Prepare(command, filter);
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                if (TryRead(reader, database) is { } raised)
                {
                    found[raised.Id] = raised;
                }
            }
        }

        replaced.ForEach(id => found.Remove(id));
        return [.. found.Values.OrderByDescending(static raised => raised.Id).Take(filter.Limit)];
    }

    /// <inheritdoc/>
    public void OnEvent(NodeEvent raised)
    {
        lock (_lock)
        {
            if (raised.Details.Replaces is { } replaced)
            {
                _events.Remove(replaced);
                _metrics.EventsFolded.Inc();
            }

            _events.Put(raised.Id, raised);
        }
    }

    /// <inheritdoc/>
    public void OnOpened(DatabaseSession session) => _trimmedTimestamp = null;

    /// <inheritdoc/>
    public void Take(DatabaseTransaction transaction) => _events.Take(transaction);

    /// <inheritdoc/>
    public void Write(DatabaseTransaction transaction)
    {
        var events = _events.InFlight.Values.ToList();
        if (events.Count > 0)
        {
            events.ForEach(raised => Insert(transaction.Session, raised));
            events.ForEach(raised => RemoveReplaced(transaction.Session, raised));
            _untrimmed += events.Count;
            transaction.OnCommitted(() => _metrics.EventsWritten.Inc(events.Count));
        }

        if (_untrimmed >= TrimAfter
            || _trimmedTimestamp is not { } trimmed || _time.GetElapsedTime(trimmed) >= TrimPeriod)
        {
            Trim(transaction);
        }
    }

    private static void Insert(DatabaseSession session, NodeEvent raised) => session.Execute(
        // If the clock of an earlier process was far ahead, the order continues from there.
        """
        INSERT INTO event (id, time, kind, node, hostname, text, details)
        VALUES (max($id, coalesce((SELECT max(id) + 1 FROM event), 0)), $time, $kind, $node, $hostname, $text, $details)
        """,
        ("$id", raised.Id),
        ("$time", raised.Time.ToUnixTimeMilliseconds()),
        ("$kind", raised.Kind.Name()),
        ("$node", raised.Node),
        ("$hostname", raised.Hostname),
        ("$text", raised.Text),
        ("$details", JsonSerializer.Serialize(raised.Details, EventJsonContext.Default.EventDetails)));

    private static void RemoveReplaced(DatabaseSession session, NodeEvent raised)
    {
        if (raised.Details.Replaces is { } replaced)
        {
            session.Execute("DELETE FROM event WHERE id = $id", ("$id", replaced));
        }
    }

    private static void Prepare(SqliteCommand command, EventFilter filter)
    {
        var kinds = filter.Kinds.Select(static (_, index) => $"$kind{index}").ToList();
#pragma warning disable CA2100 // Texts are constants of this class; values are parameters.
        command.CommandText = SelectSql + "WHERE id < $before AND time >= $from AND time < $to "
            + (filter.Node is null ? string.Empty : "AND node = $node ")
            + (kinds.Count == 0 ? string.Empty : $"AND kind IN ({string.Join(',', kinds)}) ")
            + "ORDER BY id DESC LIMIT $limit";
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$before", filter.Before);
        command.Parameters.AddWithValue("$from", filter.From);
        command.Parameters.AddWithValue("$to", filter.To);
        command.Parameters.AddWithValue("$limit", filter.Limit);
        if (filter.Node is { } node)
        {
            command.Parameters.AddWithValue("$node", node);
        }

        foreach (var (name, kind) in kinds.Zip(filter.Kinds))
        {
            command.Parameters.AddWithValue(name, kind.Name());
        }
    }

    private static NodeEvent? TryRead(SqliteDataReader reader, TelemetryDatabase database)
    {
        try
        {
            // A kind of a newer collector is shown by its text, as a change of configuration.
            return new NodeEvent
            {
                Id = reader.GetInt64(0),
                Time = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)),
                Kind = NodeEventKindNames.TryParse(reader.GetString(2), out var kind)
                    ? kind
                    : NodeEventKind.Configuration,
                Node = reader.IsDBNull(3) ? null : reader.GetString(3),
                Hostname = reader.IsDBNull(4) ? null : reader.GetString(4),
                Text = reader.GetString(5),
                Details = JsonSerializer.Deserialize(reader.GetString(6), EventJsonContext.Default.EventDetails)
                    ?? EventDetails.None,
            };
        }
        catch (Exception exception) when (TelemetryDatabase.IsRowDamage(exception))
        {
            database.ReportDamagedRow("event", $"{reader.GetValue(0)}", exception.Message);
            return null;
        }
    }

    private void Trim(DatabaseTransaction transaction)
    {
        _trimmedTimestamp = _time.GetTimestamp();
        _untrimmed = 0;
        var dropped = transaction.Session.Execute(
            "DELETE FROM event WHERE id <= (SELECT id FROM event ORDER BY id DESC LIMIT 1 OFFSET $max)",
            ("$max", _settings.EventsMax));
        transaction.Session.Execute(
            "DELETE FROM event WHERE time < $oldest",
            ("$oldest", (_retention.Now - _settings.EventsKept).ToUnixTimeMilliseconds()));
        transaction.OnEnded(
            () => _metrics.EventsDropped[EventDropReason.TableFull].Inc(dropped),
            () => _trimmedTimestamp = null);
    }
}
