using System.Globalization;

namespace NodeTelemetry.Collector.Nodes;

/// <summary>Raises the events that changes of health are worth. For the ingest loop only.</summary>
internal sealed class HealthEvents(NodeEvents events)
{
    /// <summary>A node is in another health than <paramref name="before"/>.</summary>
    public void OnHealthChanged(NodeStatus status, NodeHealth? before, TimeSpan silence)
    {
        var name = $"Node {status.Hostname}";
        switch (status.Health)
        {
            case NodeHealth.Up when before is null:
                events.Raise(
                    NodeEventKind.Joined, status, $"{name} joined at {status.Address ?? "an unknown address"}.",
                    Details(status, before));
                break;
            case NodeHealth.Up when before is not NodeHealth.Late:
                events.Raise(
                    NodeEventKind.Recovered, status, $"{name} is back; it had been {before!.Value.Name()}.",
                    Details(status, before) with { SilenceSeconds = Seconds(silence) });
                break;
            case NodeHealth.Lost:
                events.Raise(
                    NodeEventKind.Lost, status,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{name} is lost; nothing has been heard for {silence.TotalSeconds:0.0} s."),
                    Details(status, before) with { SilenceSeconds = Seconds(silence) });
                break;
            case NodeHealth.Left:
                events.Raise(
                    NodeEventKind.Left, status, $"{name} said goodbye: {status.Bye?.Reason}.", Details(status, before));
                break;
            case NodeHealth.Rebooting:
                events.Raise(
                    NodeEventKind.Rebooting, status, $"{name} said goodbye and comes back: {status.Bye?.Reason}.",
                    Details(status, before));
                break;
            case NodeHealth.Forgotten:
                events.Raise(
                    NodeEventKind.Forgotten, status, $"{name} is forgotten; it was last heard at {status.LastSeen:u}.",
                    Details(status, before));
                break;
        }
    }

    private static EventDetails Details(NodeStatus status, NodeHealth? before) => new()
    {
        Before = before?.Name(),
        Address = status.Address,
        Reason = status.Bye?.Reason,
        BackSeconds = status.Bye?.BackSeconds,
    };

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 1);
}
