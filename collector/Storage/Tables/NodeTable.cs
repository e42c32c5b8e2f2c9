using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Storage.Tables;

/// <summary>Keeps the known nodes over a restart of the collector.</summary>
/// <remarks>
/// The properties that change with every datagram (last seen, sequence) are in a separate small table:
/// writing them every few seconds changes a page or two, not every node's description.
/// </remarks>
internal sealed class NodeTable : ISampleListener, IHealthListener, IDatabaseWork
{
    private readonly StorageSettings _settings;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();

    // The newest status of every node that has changed, null for one to delete: as many as the registry has nodes.
    private readonly Journal<string, NodeStatus?> _nodes;

    // The stored statuses, without readings, and those of a file that was lost; used by the writer only.
    private readonly Dictionary<string, NodeStatus> _stored = [];
    private readonly Dictionary<string, NodeStatus> _missing = [];
    private bool _isUrgent;
    private long? _writtenAt;

    /// <summary>Initializes a new instance of the <see cref="NodeTable"/> class.</summary>
    public NodeTable(StorageSettings settings, TimeProvider time)
    {
        _settings = settings;
        _time = time;
        _nodes = new(_lock);
    }

    /// <summary>Reads all nodes. To be called before the ingest loop starts.</summary>
    /// <remarks>A damaged row is skipped, counted and logged: it affects one node, not the collector.</remarks>
    /// <exception cref="SqliteException">The database cannot be read.</exception>
    public static IReadOnlyList<NodeStatus> Load(TelemetryDatabase database)
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
        _nodes.Put(status.Id, status);
    }

    /// <inheritdoc/>
    public void OnHealthChanged(NodeStatus status, NodeHealth? before)
    {
        lock (_lock)
        {
            // Without a run, no replayed datagram of the node has to be rejected later.
            _nodes.Put(status.Id, status is { Health: NodeHealth.Forgotten, Header: null } ? null : status);
            _isUrgent = true;
        }
    }

    /// <inheritdoc/>
    public void Prepare(bool isFinal)
    {
        // The rows are pending as they are.
    }

    /// <inheritdoc/>
    public void OnOpened(DatabaseSession session)
    {
        using var reader = session.Command(NodeRows.SelectSql).ExecuteReader();
        var rows = NodeRows.ReadAll(reader, static (_, _) => { });

        // A new file gets every known node, also lost ones and those that left and will not send again.
        foreach (var (id, status) in _stored)
        {
            _missing[id] = status;
        }

        _stored.Clear();
        foreach (var status in rows)
        {
            _stored[status.Id] = status;
            _missing.Remove(status.Id);
        }
    }

    /// <inheritdoc/>
    public void Take(DatabaseTransaction transaction)
    {
        lock (_lock)
        {
            var isDue = transaction.IsFinal || _isUrgent || _missing.Count > 0
                || _writtenAt is not { } at || _time.GetElapsedTime(at) >= _settings.NodePeriod;
            if (isDue && (_nodes.Take(transaction) || _missing.Count > 0))
            {
                _isUrgent = false;
                transaction.OnCommitted(() => _writtenAt = _time.GetTimestamp());
            }
        }
    }

    /// <inheritdoc/>
    public void Write(DatabaseTransaction transaction)
    {
        foreach (var (id, status) in _missing)
        {
            if (!_nodes.InFlight.ContainsKey(id))
            {
                Upsert(transaction, status);
            }
        }

        transaction.OnCommitted(_missing.Clear);
        var hasForgotten = false;
        foreach (var (id, status) in _nodes.InFlight)
        {
            if (status is null)
            {
                Delete(transaction, id);
            }
            else
            {
                Upsert(transaction, status);
                hasForgotten |= status.Health == NodeHealth.Forgotten;
            }
        }

        if (hasForgotten)
        {
            foreach (var id in NodeRows.ForgottenBeyond(transaction.Session, ForgottenNodes.CountMax))
            {
                Delete(transaction, id);
            }
        }
    }

    private void Upsert(DatabaseTransaction transaction, NodeStatus status)
    {
        if (!_stored.TryGetValue(status.Id, out var stored) || !NodeRows.IsSame(stored, status))
        {
            NodeRows.Upsert(transaction.Session, status);
        }

        NodeRows.UpsertProgress(transaction.Session, status);
        transaction.OnCommitted(() => _stored[status.Id] = status with
        {
            Readings = new NodeSnapshot { Hostname = status.Hostname, Signature = status.Readings.Signature },
        });
    }

    private void Delete(DatabaseTransaction transaction, string id)
    {
        NodeRows.Delete(transaction.Session, id);
        transaction.OnCommitted(() => _stored.Remove(id));
    }
}
