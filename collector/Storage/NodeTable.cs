using System.Text.Json;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Nodes;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Storage;

/// <summary>Keeps the known nodes over a restart of the collector.</summary>
/// <remarks>
/// What changes with every datagram (last seen, sequence) is a small table of its own, so that writing it every few
/// seconds touches a page or two, not every node's description.
/// </remarks>
internal sealed class NodeTable(StorageSettings settings, TimeProvider time) : INodeListener, IDatabaseWork
{
    private readonly Lock _lock = new();

    // The newest status of every node that differs from what is stored: as many as the registry has nodes.
    private readonly Dictionary<string, NodeStatus?> _changed = [];
    private readonly Dictionary<string, NodeRecord> _stored = [];
    private readonly Dictionary<string, NodeStatus?> _inFlight = [];
    private readonly Dictionary<string, NodeRecord?> _storedInFlight = [];
    private bool _isUrgent;
    private long? _writtenAt;

    /// <summary>Reads all nodes. To be called before the ingest loop starts.</summary>
    /// <exception cref="SqliteException">The database cannot be read.</exception>
    public static IReadOnlyList<NodeRecord> Load(TelemetryDatabase database)
    {
        using var connection = database.OpenReader();
        if (connection is null)
        {
            return [];
        }

        using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT name, hostname, address, first_seen, health, interval, about, labels, last_seen, boot, run, sequence
            FROM node JOIN node_progress ON node_progress.node = node.id ORDER BY name
            """;
        using var reader = command.ExecuteReader();
        var records = new List<NodeRecord>();
        while (reader.Read())
        {
            records.Add(ReadRecord(reader));
        }

        return records;
    }

    /// <inheritdoc/>
    public void OnSnapshot(AcceptedSnapshot accepted, NodeStatus status)
    {
        lock (_lock)
        {
            _changed[status.Id] = status;
        }
    }

    /// <inheritdoc/>
    public void OnHealthChanged(NodeStatus status, NodeHealth? before)
    {
        lock (_lock)
        {
            _changed[status.Id] = status.Health == NodeHealth.Forgotten ? null : status;
            _isUrgent = true;
        }
    }

    /// <summary>A node was deleted.</summary>
    public void Remove(string id)
    {
        lock (_lock)
        {
            _changed[id] = null;
            _isUrgent = true;
        }
    }

    /// <inheritdoc/>
    public void Prepare(bool final)
    {
    }

    /// <inheritdoc/>
    public void OnOpened(DatabaseSession session)
    {
        lock (_lock)
        {
            // A new file has to get every node again; the next datagram of each brings it.
            _stored.Clear();
        }
    }

    /// <inheritdoc/>
    public bool Write(DatabaseSession session, bool final)
    {
        lock (_lock)
        {
            var isDue = final || _isUrgent
                || _writtenAt is not { } at || time.GetElapsedTime(at) >= settings.NodePeriod;
            if (!isDue || _changed.Count == 0)
            {
                return false;
            }

            foreach (var (id, status) in _changed)
            {
                _inFlight.Add(id, status);
            }

            _changed.Clear();
            _isUrgent = false;
        }

        foreach (var (id, status) in _inFlight)
        {
            if (status is null)
            {
                Delete(session, id);
            }
            else
            {
                Upsert(session, NodeRecord.From(status));
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public void OnCommitted()
    {
        if (_inFlight.Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            foreach (var (id, record) in _storedInFlight)
            {
                if (record is null)
                {
                    _stored.Remove(id);
                }
                else
                {
                    _stored[id] = record;
                }
            }

            _writtenAt = time.GetTimestamp();
            _inFlight.Clear();
            _storedInFlight.Clear();
        }
    }

    /// <inheritdoc/>
    public void OnRolledBack()
    {
        lock (_lock)
        {
            foreach (var (id, status) in _inFlight)
            {
                _changed.TryAdd(id, status);
            }

            _inFlight.Clear();
            _storedInFlight.Clear();
        }
    }

    private static NodeRecord ReadRecord(SqliteDataReader reader) => new()
    {
        Id = reader.GetString(0),
        Hostname = reader.GetString(1),
        Address = reader.IsDBNull(2) ? null : reader.GetString(2),
        FirstSeen = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(3)),
        Health = Enum.TryParse<NodeHealth>(reader.GetString(4), out var health) ? health : NodeHealth.Lost,
        Interval = TimeSpan.FromMilliseconds(reader.GetInt64(5)),
        About = reader.IsDBNull(6)
            ? null
            : JsonSerializer.Deserialize(reader.GetString(6), NodeJsonContext.Default.AboutReading),
        Labels = reader.IsDBNull(7)
            ? null
            : JsonSerializer.Deserialize(reader.GetString(7), NodeJsonContext.Default.KeyValuePairStringStringArray),
        LastSeen = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(8)),
        Boot = reader.IsDBNull(9) ? null : (uint)reader.GetInt64(9),
        Run = reader.IsDBNull(10) ? null : (uint)reader.GetInt64(10),
        Sequence = reader.IsDBNull(11) ? null : reader.GetInt64(11),
    };

    private static string? Json(AboutReading? about) =>
        about is null ? null : JsonSerializer.Serialize(about, NodeJsonContext.Default.AboutReading);

    private static string? Json(IReadOnlyList<KeyValuePair<string, string>>? labels) =>
        labels is null
            ? null
            : JsonSerializer.Serialize([.. labels], NodeJsonContext.Default.KeyValuePairStringStringArray);

    private void Upsert(DatabaseSession session, NodeRecord record)
    {
        if (!_stored.TryGetValue(record.Id, out var stored) || !stored.IsSameNode(record))
        {
            session.Execute(
                """
                INSERT INTO node (name, hostname, address, first_seen, health, interval, about, labels)
                VALUES ($name, $hostname, $address, $first, $health, $interval, $about, $labels)
                ON CONFLICT (name) DO UPDATE SET hostname = excluded.hostname, address = excluded.address,
                    first_seen = min(first_seen, excluded.first_seen), health = excluded.health,
                    interval = excluded.interval,
                    about = coalesce(excluded.about, about),
                    labels = CASE WHEN excluded.about IS NULL THEN coalesce(excluded.labels, labels)
                        ELSE excluded.labels END
                """,
                ("$name", record.Id),
                ("$hostname", record.Hostname),
                ("$address", record.Address),
                ("$first", record.FirstSeen.ToUnixTimeMilliseconds()),
                ("$health", record.Health.ToString()),
                ("$interval", (long)record.Interval.TotalMilliseconds),
                ("$about", Json(record.About)),
                ("$labels", Json(record.Labels)));
        }

        session.Execute(
            """
            INSERT INTO node_progress (node, last_seen, boot, run, sequence)
            VALUES ((SELECT id FROM node WHERE name = $name), $last, $boot, $run, $sequence)
            ON CONFLICT (node) DO UPDATE SET last_seen = excluded.last_seen,
                boot = excluded.boot, run = excluded.run, sequence = excluded.sequence
            """,
            ("$name", record.Id),
            ("$last", record.LastSeen.ToUnixTimeMilliseconds()),
            ("$boot", record.Boot),
            ("$run", record.Run),
            ("$sequence", record.Sequence));
        _storedInFlight[record.Id] = record;
    }

    private void Delete(DatabaseSession session, string id)
    {
        session.Execute(
            "DELETE FROM node_progress WHERE node = (SELECT id FROM node WHERE name = $name)", ("$name", id));
        session.Execute("DELETE FROM node WHERE name = $name", ("$name", id));
        _storedInFlight[id] = null;
    }
}
