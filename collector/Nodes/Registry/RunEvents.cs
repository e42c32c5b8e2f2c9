using System.Globalization;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Nodes.Registry;

/// <summary>Raises events for a new run of a node's agent: a reboot, a restart,
/// or a second sender of the same id.</summary>
/// <remarks>
/// Called by the ingest loop only. Two facts distinguish two machines from one that rebooted.
/// A kernel whose uptime exceeds the silence ran while the other one did, which one machine cannot do.
/// And a run that continues after another replaced it has not ended: late copies do that once or twice,
/// two agents all the time.
/// </remarks>
internal sealed class RunEvents(NodeEvents events, TimeProvider time)
{
    /// <summary>Returns to an earlier run within <see cref="ReturnPeriod"/> that prove two senders.</summary>
    private const int ReturnCount = 3;

    /// <summary>Two agents at the longest usual interval of 10 s return this often within it.</summary>
    private static readonly TimeSpan ReturnPeriod = TimeSpan.FromMinutes(1);

    /// <summary>Uptimes are whole seconds, and datagrams may be delayed.</summary>
    private static readonly TimeSpan UptimeTolerance = TimeSpan.FromSeconds(3);

    /// <summary>Reports a change of run.</summary>
    public void OnEntered(NodeState node, RunEntry entry)
    {
        if (IsSecondSender(node, entry))
        {
            var isReported = node.Status.Conflict?.Kind == NodeEventKind.DuplicateNode;
            var text = isReported ? null : ExplainDuplicate(node.Status, entry.Before);
            node.SetConflict(NodeEventKind.DuplicateNode, null, entry.Before.Address, text);
            RaiseDuplicate(node, entry.Before, text);
        }
        else if (!entry.IsReturn && node.Status.Conflict?.Kind != NodeEventKind.DuplicateNode)
        {
            RaiseRun(node.Status, entry);
        }
    }

    /// <summary>Reports that a sender regained its place from another one,
    /// or from what it sent itself before.</summary>
    public void OnRegained(NodeState node, NodeStatus before)
    {
        var isReported = node.Status.Conflict?.Kind == NodeEventKind.DuplicateNode;
        var status = node.Status;
        var text = isReported
            ? null
            : $"Node id {status.Id} sent from {status.Address} does not continue what came from "
                + $"{before.Address ?? "elsewhere"}, {Names(status, before)}. Another sender uses the id or forges it, "
                + "or the machine was reset to a snapshot. The sender that goes on is accepted.";
        node.SetConflict(NodeEventKind.DuplicateNode, null, before.Address, text);
        RaiseDuplicate(node, before, text);
    }

    private static bool IsOtherBoot(NodeStatus now, NodeStatus before) =>
        now.Header!.Boot != 0 && before.Header!.Boot != 0 && now.Header.Boot != before.Header.Boot;

    private bool IsSecondSender(NodeState node, RunEntry entry)
    {
        if (entry.IsReturn)
        {
            return node.Notifications.CountReturn(time.GetTimestamp(), ReturnPeriod) >= ReturnCount;
        }

        return entry.Silence is { } silence && IsOtherBoot(node.Status, entry.Before)
            && node.Status.Header!.UptimeSeconds is { } uptime
            && TimeSpan.FromSeconds(uptime) > silence + UptimeTolerance;
    }

    private static string ExplainDuplicate(NodeStatus status, NodeStatus other)
    {
        var places = status.Address == other.Address
            ? $"at {status.Address}"
            : $"from {other.Address ?? "elsewhere"} and from {status.Address}";
        var advice = IsOtherBoot(status, other)
            ? "Two machines use one identity, for instance by a copied virtual machine or --node option: change one."
            : "Two agents run on one machine: stop one of them.";
        return $"Node id {status.Id} is used by two senders {places}, {Names(status, other)}. {advice}";
    }

    /// <summary>Raises the event, unless the conflict or an earlier one was reported.</summary>
    private void RaiseDuplicate(NodeState node, NodeStatus other, string? text)
    {
        var status = node.Status;
        if (text is not null && node.Notifications.TryReportConflict(time.GetTimestamp()))
        {
            events.Raise(
                NodeEventKind.DuplicateNode, status, text,
                new EventDetails
                {
                    Address = status.Address,
                    OtherAddress = other.Address,
                    Boot = Hex(status.Header!.Boot),
                    Run = Hex(status.Header.Run),
                });
        }
    }

    private void RaiseRun(NodeStatus status, RunEntry entry)
    {
        var bye = entry.Before.Bye;
        var isReboot = IsOtherBoot(status, entry.Before);
        var what = isReboot ? $"Node {status.Hostname} rebooted" : $"The agent of node {status.Hostname} restarted";
        var how = bye is not null
            ? $"as announced ({bye.Reason})"
            : "unannounced";
        var silent = entry.Silence is { } silence
            ? string.Create(CultureInfo.InvariantCulture, $"; silent for {silence.TotalSeconds:0.#} s")
            : string.Empty;
        events.Raise(
            isReboot ? NodeEventKind.Rebooted : NodeEventKind.Restarted, status,
            $"{what} {how}{silent}.",
            new EventDetails
            {
                Before = entry.Before.Health.Name(),
                SilenceSeconds = entry.Silence is { } gap ? Math.Round(gap.TotalSeconds, 1) : null,
                Address = status.Address,
                Reason = bye?.Reason,
                Planned = bye is not null,
                Boot = Hex(status.Header!.Boot),
                Run = Hex(status.Header.Run),
            });
    }

    private static string Names(NodeStatus one, NodeStatus other) => one.Hostname == other.Hostname
        ? one.Hostname
        : $"{other.Hostname} and {one.Hostname}";

    private static string Hex(uint value) => value.ToString("x8", CultureInfo.InvariantCulture);
}
