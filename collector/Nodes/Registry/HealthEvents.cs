using System.Globalization;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Nodes.Registry;

/// <summary>Raises events for changes of health. For the ingest loop only.</summary>
internal sealed class HealthEvents(NodeEvents events)
{
    /// <summary>Reports that a node is late and does not reply to probes, unless reported recently.</summary>
    public void OnLate(NodeState node, TimeSpan silence, long now)
    {
        if (node.Notifications.TryReportLate(now))
        {
            node.Notifications.IsSilenceReported = true;
            events.Raise(
                NodeEventKind.Late, node.Status,
                $"Node {node.Status.Hostname} is late: no datagram for {Text(silence)}.",
                Details(node.Status, null, silence));
        }
    }

    /// <summary>Reports a change of health.</summary>
    /// <param name="node">The node after the change.</param>
    /// <param name="before">The node before the change; <see langword="null"/> for a new node.</param>
    /// <param name="silence">Time since the previous datagram.</param>
    public void OnHealthChanged(NodeState node, NodeStatus? before, TimeSpan silence)
    {
        var status = node.Status;
        var name = $"Node {status.Hostname}";
        switch (status.Health)
        {
            case NodeHealth.Up when before is null:
                events.Raise(
                    NodeEventKind.Joined, status, $"{name} joined at {status.Address ?? "an unknown address"}.",
                    Details(status, null, null));
                break;
            case NodeHealth.Up:
                RaiseRecovered(node, before, silence);
                break;
            case NodeHealth.Lost when !status.IsIsolated:
                node.Notifications.IsSilenceReported = true;
                RaiseLost(status, before, silence);
                break;
            case NodeHealth.Left:
                events.Raise(
                    NodeEventKind.Left, status, $"{name} left: {status.Bye?.Reason}.",
                    Details(status, before, null));
                break;
            case NodeHealth.Rebooting:
                var back = status.Bye?.BackSeconds is { } seconds ? $" in {seconds} s" : string.Empty;
                events.Raise(
                    NodeEventKind.Rebooting, status,
                    $"{name} is expected back{back}: {status.Bye?.Reason}.", Details(status, before, null));
                break;
            case NodeHealth.Forgotten:
                events.Raise(
                    NodeEventKind.Forgotten, status, $"{name} is forgotten; last datagram at {status.LastSeen:u}.",
                    Details(status, before, null));
                break;
        }
    }

    private void RaiseRecovered(NodeState node, NodeStatus before, TimeSpan silence)
    {
        // One that is back as announced is reported as rebooted or restarted; one that only missed a sample is not.
        var isReported = node.Notifications.IsSilenceReported || before.Health == NodeHealth.Left
            || (before.Health == NodeHealth.Rebooting && node.Entered is null);
        node.Notifications.IsSilenceReported = false;
        if (isReported)
        {
            events.Raise(
                NodeEventKind.Recovered, node.Status,
                $"Node {node.Status.Hostname} reports again after {Text(silence)}; it was "
                + $"{before.Health.Name()}.",
                Details(node.Status, before, silence));
        }
    }

    private void RaiseLost(NodeStatus status, NodeStatus? before, TimeSpan silence)
    {
        var symptoms = LossSymptoms.Find(status);
        var how = before?.Health == NodeHealth.Rebooting
            ? $"not back from the announced {status.Bye?.Reason ?? "restart"}"
            : "no datagram";
        events.Raise(
            NodeEventKind.Lost, status,
            $"Node {status.Hostname} is lost: {how} for {Text(silence)}."
            + (symptoms.Count == 0 ? string.Empty : $" Last sample: {string.Join(", ", symptoms)}."),
            Details(status, before, silence) with
            {
                Planned = before?.Health == NodeHealth.Rebooting ? true : null,
                Symptoms = symptoms.Count == 0 ? null : symptoms,
                Last = LossSymptoms.LastReadings(status),
            });
    }

    private static EventDetails Details(NodeStatus status, NodeStatus? before, TimeSpan? silence) => new()
    {
        Before = before?.Health.Name(),
        SilenceSeconds = silence is { } time ? Math.Round(time.TotalSeconds, 2) : null,
        Address = status.Address,
        Reason = status.Bye?.Reason,
        BackSeconds = status.Bye?.BackSeconds,
    };

    private static string Text(TimeSpan time) => time.TotalSeconds < 100
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s")
        : time.TotalMinutes < 100 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0} h");
}
