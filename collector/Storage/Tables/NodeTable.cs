using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.Tables;

/// <summary>Keeps the known nodes over a restart of the collector.</summary>
/// <remarks>
/// What changes with every datagram (last seen, sequence) is a small table of its own, so that writing it every few
/// seconds touches a page or two, not every node's description.
/// </remarks>
internal sealed class NodeTable(StorageSettings settings, TimeProvider time)
    : ISampleListener, IHealthListener, IDatabaseWork
{
    private readonly Lock _lock = new();

    // The newest status of every node that differs from what is stored: as many as the registry has nodes.
    private readonly Dictionary<string, NodeStatus?> _changed = [];
    private readonly Dictionary<string, NodeRecord> _stored = [];
    private readonly Dictionary<string, NodeStatus?> _inFlight = [];
    private readonly Dictionary<string, NodeRecord?> _storedInFlight = [];

    // What was stored in a file that is gone; the writer's own.
    private readonly Dictionary<string, NodeRecord> _missing = [];
    private bool _isUrgent;
    private long? _writtenAt;

    /// <summary>Reads all nodes. To be called before the ingest loop starts.</summary>
    /// <remarks>A row that is damaged is left out, counted and logged: it costs one node, not the collector.</remarks>
    /// <exception cref="SqliteException">The database cannot be read.</exception>
    public static IReadOnlyList<NodeRecord> Load(TelemetryDatabase database)
    {
        using var connection = database.OpenReader();
        if (connection is null)
        {
            return [];
        }

        using var command = connection.CreateCommand();
        command.CommandText = NodeRows.SelectSql;
        using var reader = command.ExecuteReader();
        return NodeRows.ReadAll(reader, (name, reason) => database.ReportDamagedRow("node", name, reason));
    }

    /// <inheritdoc/>
    public void OnSample(AcceptedSnapshot accepted, NodeStatus status)
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
            // Of one without runs nothing is to be refused later.
            _changed[status.Id] = status is { Health: NodeHealth.Forgotten, Header: null } ? null : status;
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
        using var reader = session.Command(NodeRows.SelectSql).ExecuteReader();
        var rows = NodeRows.ReadAll(reader, static (_, _) => { });
        lock (_lock)
        {
            // A new file gets every node that is known, also those that are lost or left and will not send again.
            foreach (var (id, record) in _stored)
            {
                _missing[id] = record;
            }

            _stored.Clear();
            foreach (var record in rows)
            {
                _stored[record.Id] = record;
                _missing.Remove(record.Id);
            }

            _isUrgent |= _missing.Count > 0;
        }
    }

    /// <inheritdoc/>
    public bool Write(DatabaseSession session, bool final)
    {
        lock (_lock)
        {
            var isDue = final || _isUrgent
                || _writtenAt is not { } at || time.GetElapsedTime(at) >= settings.NodePeriod;
            if (!isDue || _changed.Count + _missing.Count == 0)
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

        foreach (var (id, record) in _missing)
        {
            if (!_inFlight.ContainsKey(id))
            {
                Upsert(session, record);
            }
        }

        var hasForgotten = false;
        foreach (var (id, status) in _inFlight)
        {
            if (status is null)
            {
                Delete(session, id);
            }
            else
            {
                Upsert(session, NodeRecord.From(status));
                hasForgotten |= status.Health == NodeHealth.Forgotten;
            }
        }

        if (hasForgotten)
        {
            foreach (var id in NodeRows.ForgottenBeyond(session, ForgottenNodes.CountMax))
            {
                Delete(session, id);
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public void OnCommitted()
    {
        if (_storedInFlight.Count == 0)
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
            _missing.Clear();
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

            _isUrgent |= _missing.Count > 0;

            _inFlight.Clear();
            _storedInFlight.Clear();
        }
    }

    private void Upsert(DatabaseSession session, NodeRecord record)
    {
        if (!_stored.TryGetValue(record.Id, out var stored) || !stored.IsSameNode(record))
        {
            NodeRows.Upsert(session, record);
        }

        NodeRows.UpsertProgress(session, record);
        _storedInFlight[record.Id] = record;
    }

    private void Delete(DatabaseSession session, string id)
    {
        NodeRows.Delete(session, id);
        _storedInFlight[id] = null;
    }
}
