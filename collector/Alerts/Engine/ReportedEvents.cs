using System.Collections.Concurrent;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Nodes.Events;

namespace NodeTelemetry.Collector.Alerts.Engine;

/// <summary>The facts that events report and no status holds. Written by the engine's loop only.</summary>
internal sealed class ReportedEvents
{
    private readonly Dictionary<string, string> _lost = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _rebooted = new(StringComparer.Ordinal);
    private readonly HashSet<string> _fresh = new(StringComparer.Ordinal);
    private readonly HashSet<string> _evicted = new(StringComparer.Ordinal);
    private string? _network;
    private string? _multicast;

    /// <summary>Gets the conditions of the rules about the network.</summary>
    public IReadOnlyList<CollectorCondition> Conditions =>
    [
        new(DefaultRules.Network, () => _network),
        new(DefaultRules.Multicast, () => _multicast),
    ];

    /// <summary>Determines whether an event is relevant to the engine.</summary>
    public static bool IsRelevant(NodeEvent raised) => raised.Kind is NodeEventKind.Lost or NodeEventKind.Recovered
        or NodeEventKind.Forgotten or NodeEventKind.Evicted
        or NodeEventKind.NetworkLost or NodeEventKind.NetworkRestored
        or NodeEventKind.MulticastLost or NodeEventKind.MulticastRestored
        || IsUnplannedReboot(raised);

    /// <summary>Gets the nodes that were evicted from the full node table since the last evaluation.</summary>
    public IReadOnlySet<string> Evicted => _evicted;

    /// <summary>Takes the events since the last evaluation; reboots that it did not take are discarded.</summary>
    public void BeginRound(ConcurrentQueue<NodeEvent> events)
    {
        foreach (var node in _evicted)
        {
            _lost.Remove(node);
            _rebooted.Remove(node);
        }

        _fresh.Clear();
        _evicted.Clear();
        while (events.TryDequeue(out var raised))
        {
            Take(raised);
        }
    }

    private void Take(NodeEvent raised)
    {
        switch (raised.Kind)
        {
            case NodeEventKind.Lost:
                _lost[raised.Node!] = raised.Text;
                break;
            case NodeEventKind.Recovered:
                _lost.Remove(raised.Node!);
                break;
            case NodeEventKind.Evicted:
                _evicted.Add(raised.Node!);
                break;
            case NodeEventKind.Forgotten:
                _lost.Remove(raised.Node!);
                _rebooted.Remove(raised.Node!);
                _fresh.Remove(raised.Node!);
                break;
            case NodeEventKind.Rebooted when IsUnplannedReboot(raised):
                _rebooted[raised.Node!] = raised.Text;
                _fresh.Add(raised.Node!);
                break;
            case NodeEventKind.NetworkLost:
                _network = raised.Text;
                break;
            case NodeEventKind.NetworkRestored:
                _network = null;
                break;
            case NodeEventKind.MulticastLost:
                _multicast = raised.Text;
                break;
            case NodeEventKind.MulticastRestored:
                _multicast = null;
                break;
        }
    }

    /// <summary>Gets the text of a node's loss event.</summary>
    public string? GetLossText(string node) => _lost.GetValueOrDefault(node);

    /// <summary>Gets the text of a node's reboot event.</summary>
    public string? GetRebootText(string node) => _rebooted.GetValueOrDefault(node);

    /// <summary>Takes an unannounced reboot of a node, once.</summary>
    public bool TakeReboot(string node) => _fresh.Remove(node);

    private static bool IsUnplannedReboot(NodeEvent raised) =>
        raised is { Kind: NodeEventKind.Rebooted, Node: not null, Details.Planned: not true };
}
