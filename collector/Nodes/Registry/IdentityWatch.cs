using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Nodes.Registry;

/// <summary>Detects nodes that share a host name, and machines that changed their node id.
/// Called by the ingest loop's sweep.</summary>
/// <param name="registry">The nodes.</param>
/// <param name="time">The clock.</param>
internal sealed class IdentityWatch(NodeRegistry registry, TimeProvider time)
{
    /// <summary>Identities listed in the text and in the details.</summary>
    private const int NamesMax = 5;

    /// <summary>Period of the check. A conflict is reported if two checks in a row find it.</summary>
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(10);

    /// <summary>Time after a node joined within which it may turn out to be a known machine with a new id.</summary>
    private static readonly TimeSpan JoinedMax = TimeSpan.FromMinutes(10);

    /// <summary>How long a conflict stays visible after it was last detected.</summary>
    private static readonly TimeSpan ConflictKept = TimeSpan.FromMinutes(10);

    private readonly HashSet<(string, string)> _suspected = [];
    private long _checkedTimestamp = time.GetTimestamp();

    /// <summary>Checks all nodes once per period.</summary>
    public void Sweep(long now)
    {
        if (time.GetElapsedTime(_checkedTimestamp, now) < CheckPeriod)
        {
            return;
        }

        _checkedTimestamp = now;
        var byName = new Dictionary<string, List<NodeState>>(StringComparer.OrdinalIgnoreCase);
        foreach (var node in registry.States)
        {
            if (!byName.TryGetValue(node.Status.Hostname, out var nodes))
            {
                byName[node.Status.Hostname] = nodes = [];
            }

            nodes.Add(node);
        }

        var found = new HashSet<(string, string)>();
        foreach (var nodes in byName.Values)
        {
            Check(nodes, found);
        }

        _suspected.Clear();
        _suspected.UnionWith(found);
        Expire(now);
    }

    /// <summary>A node that reports normally; one known only from the database does not count.</summary>
    private static bool IsReporting(NodeStatus status) => status is { Health: NodeHealth.Up, Received: > 1 };

    /// <summary>The same boot id or the same address means the same machine; containers share a kernel,
    /// but not a name.</summary>
    private static bool IsSameMachine(NodeStatus one, NodeStatus other) =>
        (one.Header?.Boot is > 0 and { } boot && boot == other.Header?.Boot)
        || (one.Address is not null && one.Address == other.Address);

    private void Check(List<NodeState> sameName, HashSet<(string, string)> found)
    {
        if (sameName.Count == 1)
        {
            return;
        }

        // A raspi-cluster daemon on the same machine has the same name, and is the same machine.
        var reporting = sameName.Where(static node => IsReporting(node.Status) && node.Status.Header is not null)
            .OrderBy(static node => node.Status.FirstSeen).ThenBy(static node => node.Status.Id, StringComparer.Ordinal)
            .ToList();
        if (reporting.Count > 1)
        {
            var repeated = reporting
                .Where(node => IsSuspectedAgain(node.Status.Hostname, node.Status.Id, found)).ToList();
            if (repeated.Count > 1)
            {
                ReportHostname(repeated);
            }
        }

        foreach (var node in reporting)
        {
            var other = sameName.Find(other => IsEarlierSelf(other.Status, node.Status));
            if (other is not null && IsSuspectedAgain(node.Status.Id, other.Status.Id, found))
            {
                ReportIdentityChange(node, other);
            }
        }
    }

    private bool IsEarlierSelf(NodeStatus other, NodeStatus status) =>
        !IsReporting(other) && other.LastSeen <= status.FirstSeen && IsSameMachine(status, other)
        && time.GetUtcNow() - status.FirstSeen < JoinedMax;

    private bool IsSuspectedAgain(string one, string other, HashSet<(string, string)> found)
    {
        found.Add((one, other));
        return _suspected.Contains((one, other));
    }

    /// <summary>Raises one event for all nodes of the name,
    /// and another one only if a node joins the conflict.</summary>
    private void ReportHostname(List<NodeState> nodes)
    {
        var isReported = nodes.TrueForAll(static node => node.Status.Conflict is not null);
        var last = nodes[^1];
        var names = nodes.Take(NamesMax).Select(static node => $"{node.Status.Id} at {node.Status.Address}");
        var text = isReported
            ? null
            : $"{nodes.Count} nodes have the host name {last.Status.Hostname}: {string.Join(", ", names)}"
                + $"{(nodes.Count > NamesMax ? " and more" : string.Empty)}. A cloned SD card or an "
                + "unchanged default name: give each node a different one.";
        foreach (var node in nodes)
        {
            var other = (node == last ? nodes[0] : last).Status;
            node.SetConflict(NodeEventKind.DuplicateHostname, other.Id, other.Address, text);
        }

        if (text is not null && last.Notifications.TryReportConflict(time.GetTimestamp()))
        {
            registry.Events.Raise(
                NodeEventKind.DuplicateHostname, last.Status, text,
                new EventDetails
                {
                    Address = last.Status.Address,
                    OtherNode = nodes[0].Status.Id,
                    OtherAddress = nodes[0].Status.Address,
                    NodeCount = nodes.Count,
                    Nodes = [.. nodes.Take(NamesMax).Select(static node => node.Status.Id)],
                });
        }
    }

    private void ReportIdentityChange(NodeState node, NodeState other)
    {
        var (one, two) = (node.Status, other.Status);
        var isReported = one.Conflict is not null;
        var text = isReported
            ? null
            : $"The machine {one.Hostname} at {one.Address} now has the node id {one.Id}; it had {two.Id}. "
                + "A new SD card or network card, a new machine-id, or --node. Its history stays with the old id.";
        node.SetConflict(NodeEventKind.IdentityChanged, two.Id, two.Address, text);
        if (text is not null && node.Notifications.TryReportConflict(time.GetTimestamp()))
        {
            registry.Events.Raise(
                NodeEventKind.IdentityChanged, one, text,
                new EventDetails { Address = one.Address, OtherNode = two.Id, OtherAddress = two.Address });
        }
    }

    private void Expire(long now)
    {
        foreach (var node in registry.States)
        {
            if (node.Status.Conflict is not null
                && time.GetElapsedTime(node.Notifications.ConflictTimestamp, now) >= ConflictKept)
            {
                node.ClearConflict();
            }
        }
    }
}
