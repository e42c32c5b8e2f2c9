using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Storage.Tables;

/// <summary>Keeps the known nodes over a restart of the collector.</summary>
/// <remarks>
/// The description of a node is written when its health changes, and with a checkpoint if it has changed.
/// Its progress, the samples that are stored, is written with a checkpoint only.
/// Both are separate tables: writing progress changes a page or two, not every node's description.
/// </remarks>
/// <param name="gate">The lock of the checkpoint, which holds it during every call but those of the writer.</param>
internal sealed class NodeTable(Lock gate)
{
    // The newest status of every node that has changed since the last checkpoint.
    private readonly Dictionary<string, NodeStatus> _changed = new(StringComparer.Ordinal);

    // As many as the registry has nodes; null for one to delete.
    private readonly Journal<string, NodeStatus?> _descriptions = new(gate);
    private readonly Journal<string, NodeStatus> _progress = new(gate);

    // The stored nodes, without readings, and those of a file that was lost; used by the writer only.
    private readonly Dictionary<string, StoredNode> _stored = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StoredNode> _missing = new(StringComparer.Ordinal);

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

    /// <summary>Adds a sample of a node; its description and progress are part of the next checkpoint.</summary>
    public void Add(NodeStatus status) => _changed[status.Id] = status;

    /// <summary>Adds a change of health: the description is written at once.</summary>
    public void OnHealthChanged(NodeStatus status)
    {
        if (status is { Health: NodeHealth.Forgotten, Header: null })
        {
            // Without a run, no replayed datagram of the node has to be rejected later.
            _changed.Remove(status.Id);
            _progress.Remove(status.Id);
            _descriptions.Put(status.Id, null);
        }
        else
        {
            _changed[status.Id] = status;
            _descriptions.Put(status.Id, status);
        }
    }

    /// <summary>Makes the current progress of all nodes part of a checkpoint.</summary>
    public void Seal()
    {
        foreach (var (id, status) in _changed)
        {
            _descriptions.Put(id, status);
            _progress.Put(id, status);
        }

        _changed.Clear();
    }

    /// <summary>The database was opened, perhaps as another file.</summary>
    public void OnOpened(DatabaseSession session)
    {
        using var reader = session.Command(NodeRows.SelectSql).ExecuteReader();
        var rows = NodeRows.ReadAll(reader, static (_, _) => { });

        // A new file gets every known node, also lost ones and those that left and will not send again.
        foreach (var (id, stored) in _stored)
        {
            _missing[id] = stored;
        }

        _stored.Clear();
        foreach (var status in rows)
        {
            _stored[status.Id] = new StoredNode(status, status);
            _missing.Remove(status.Id);
        }
    }

    /// <summary>Takes the rows that are due into a transaction.</summary>
    /// <returns>Whether there is progress.</returns>
    public bool Take(DatabaseTransaction transaction)
    {
        _descriptions.Take(transaction);
        return _progress.Take(transaction);
    }

    /// <summary>Writes the rows taken.</summary>
    public void Write(DatabaseTransaction transaction)
    {
        foreach (var stored in _missing.Values)
        {
            WriteDescription(transaction, stored.Description);
            WriteProgress(transaction, stored.Progress);
        }

        transaction.OnCommitted(_missing.Clear);
        var hasForgotten = false;
        foreach (var status in _descriptions.InFlight.Values)
        {
            if (status is not null)
            {
                WriteDescription(transaction, status);
                hasForgotten |= status.Health == NodeHealth.Forgotten;
            }
        }

        foreach (var status in _progress.InFlight.Values)
        {
            WriteProgress(transaction, status);
        }

        foreach (var (id, status) in _descriptions.InFlight)
        {
            if (status is null)
            {
                Delete(transaction, id);
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

    private static NodeStatus Strip(NodeStatus status) => status with
    {
        Readings = new NodeSnapshot { Hostname = status.Hostname, Signature = status.Readings.Signature },
    };

    private void WriteDescription(DatabaseTransaction transaction, NodeStatus status)
    {
        if (!_stored.TryGetValue(status.Id, out var stored) || !NodeRows.IsSame(stored.Description, status))
        {
            NodeRows.Upsert(transaction.Session, status);
            transaction.OnCommitted(() => _stored[status.Id] =
                new StoredNode(Strip(status), _stored.GetValueOrDefault(status.Id)?.Progress));
        }
    }

    private void WriteProgress(DatabaseTransaction transaction, NodeStatus? status)
    {
        if (status is not null)
        {
            NodeRows.UpsertProgress(transaction.Session, status);
            transaction.OnCommitted(() => _stored[status.Id] = _stored[status.Id] with { Progress = Strip(status) });
        }
    }

    private void Delete(DatabaseTransaction transaction, string id)
    {
        NodeRows.Delete(transaction.Session, id);
        transaction.OnCommitted(() => _stored.Remove(id));
    }

    /// <summary>The rows of a node.</summary>
    /// <param name="Description">The status with the stored description.</param>
    /// <param name="Progress">The status with the stored progress, if there is any.</param>
    private sealed record StoredNode(NodeStatus Description, NodeStatus? Progress);
}
