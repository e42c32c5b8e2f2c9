using System.Text.Json;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.Tables;

/// <summary>Keeps the events, limited in number and age: the oldest go.</summary>
internal sealed class EventTable(StorageSettings settings, CollectorMetrics metrics, TimeProvider time)
    : IEventListener, IDatabaseWork
{
    /// <summary>Events that wait while the database cannot be written: some 5 MB.</summary>
    public const int PendingMax = 10_000;

    /// <summary>Events of one node that are kept within an hour: an agent that is started over and over must not push
    /// everybody else's out.</summary>
    public const int PerNodeAndHour = 60;

    private const string SelectSql = "SELECT id, time, kind, node, hostname, text, details FROM event ";

    private static readonly (NodeEventKind Begin, NodeEventKind End)[] Outages =
    [
        (NodeEventKind.NetworkLost, NodeEventKind.NetworkRestored),
        (NodeEventKind.MulticastLost, NodeEventKind.MulticastRestored),
    ];

    /// <summary>Events after which the limits are looked at again; so many more than allowed may be there.</summary>
    private const int TrimAfter = 200;

    private static readonly TimeSpan TrimPeriod = TimeSpan.FromHours(1);
    private static readonly TimeSpan NodePeriod = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly List<NodeEvent> _pending = [];
    private readonly List<NodeEvent> _inFlight = [];
    private readonly Dictionary<string, int> _perNode = new(StringComparer.Ordinal);
    private long _perNodeTimestamp = time.GetTimestamp();
    private long? _trimmedTimestamp;
    private int _untrimmed;
    private int _trimmedInFlight;

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

    /// <summary>Reads what was told of the network and not told to be over: of each kind at most one. To be called
    /// before the ingest loop starts.</summary>
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

    /// <summary>Reads events, the newest first; also those that are not written yet. Any thread may ask.</summary>
    /// <exception cref="SqliteException">The database cannot be read.</exception>
    public IReadOnlyList<NodeEvent> Read(TelemetryDatabase database, EventFilter filter)
    {
        // Memory first: what is committed between the two is then seen twice, and taken once.
        var found = new Dictionary<long, NodeEvent>();
        lock (_lock)
        {
            foreach (var raised in _inFlight.Concat(_pending).Where(filter.Matches))
            {
                found[raised.Id] = raised;
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

        return [.. found.Values.OrderByDescending(static raised => raised.Id).Take(filter.Limit)];
    }

    /// <inheritdoc/>
    public void OnEvent(NodeEvent raised)
    {
        lock (_lock)
        {
            if (raised.Node is { } node && !TryPass(node))
            {
                metrics.Storage.EventsDropped[EventDropReason.NodeLimit].Add();
                return;
            }

            _pending.Add(raised);
            KeepMemoryLimit();
        }
    }

    /// <inheritdoc/>
    public void Prepare(bool final)
    {
    }

    /// <inheritdoc/>
    public void OnOpened(DatabaseSession session) => _trimmedTimestamp = null;

    /// <inheritdoc/>
    public bool Write(DatabaseSession session, bool final)
    {
        lock (_lock)
        {
            _inFlight.AddRange(_pending);
            _pending.Clear();
        }

        foreach (var raised in _inFlight)
        {
            Insert(session, raised);
        }

        _untrimmed += _inFlight.Count;
        var isTrimDue = _untrimmed >= TrimAfter
            || _trimmedTimestamp is not { } trimmed || time.GetElapsedTime(trimmed) >= TrimPeriod;
        _trimmedInFlight = isTrimDue ? Trim(session) : 0;
        return _inFlight.Count > 0 || _trimmedInFlight > 0;
    }

    /// <inheritdoc/>
    public void OnCommitted()
    {
        lock (_lock)
        {
            metrics.Storage.EventsWritten.Add(_inFlight.Count);
            _inFlight.Clear();
        }

        metrics.Storage.EventsDropped[EventDropReason.TableFull].Add(_trimmedInFlight);
        _trimmedInFlight = 0;
    }

    /// <inheritdoc/>
    public void OnRolledBack()
    {
        lock (_lock)
        {
            _pending.InsertRange(0, _inFlight);
            _inFlight.Clear();
            KeepMemoryLimit();
        }

        _trimmedInFlight = 0;
        _trimmedTimestamp = null;
    }

    private static void Insert(DatabaseSession session, NodeEvent raised) => session.Execute(
        // An earlier process may have had a clock far ahead: then the order goes on from there.
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

    private static void Prepare(SqliteCommand command, EventFilter filter)
    {
        var kinds = filter.Kinds.Select(static (_, index) => $"$kind{index}").ToList();
#pragma warning disable CA2100 // Texts are constants of this class; what is asked for are parameters.
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
            // A kind of a newer collector is shown by its text, as what changed.
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

    private int Trim(DatabaseSession session)
    {
        _trimmedTimestamp = time.GetTimestamp();
        _untrimmed = 0;
        var tooMany = session.Execute(
            "DELETE FROM event WHERE id <= (SELECT id FROM event ORDER BY id DESC LIMIT 1 OFFSET $max)",
            ("$max", settings.EventsMax));
        session.Execute(
            "DELETE FROM event WHERE time < $oldest",
            ("$oldest", (time.GetUtcNow() - settings.EventsKept).ToUnixTimeMilliseconds()));
        return tooMany;
    }

    private bool TryPass(string node)
    {
        if (time.GetElapsedTime(_perNodeTimestamp) >= NodePeriod)
        {
            _perNodeTimestamp = time.GetTimestamp();
            _perNode.Clear();
        }

        var count = _perNode.GetValueOrDefault(node) + 1;
        _perNode[node] = count;
        return count <= PerNodeAndHour;
    }

    private void KeepMemoryLimit()
    {
        if (_pending.Count > PendingMax)
        {
            var excess = _pending.Count - PendingMax;
            _pending.RemoveRange(0, excess);
            metrics.Storage.EventsDropped[EventDropReason.MemoryFull].Add(excess);
        }
    }
}
