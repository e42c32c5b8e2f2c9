using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Nodes.Silence;

/// <summary>
/// Tells once of the nodes that answer when asked but whose multicast does not arrive. Called by the ingest loop's
/// sweep.
/// </summary>
/// <param name="registry">The nodes.</param>
/// <param name="findFault">Looks at the collector's own network.</param>
/// <param name="time">The clock.</param>
internal sealed class MulticastWatch(NodeRegistry registry, FindNetworkFault findFault, TimeProvider time)
{
    /// <summary>Names that a sentence lists, and identities that the details do.</summary>
    private const int NamesMax = 20;

    /// <summary>How often the nodes are looked at: the others of the same switch have been found out by then.</summary>
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(5);

    /// <summary>How often it is told at most: a link that comes and goes must not bury everything else.</summary>
    private static readonly TimeSpan TellPeriod = TimeSpan.FromMinutes(10);

    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private long _checkedTimestamp = time.GetTimestamp();
    private long? _toldTimestamp;

    /// <summary>Tells of what has changed, now and then.</summary>
    public void Sweep(long now)
    {
        if (time.GetElapsedTime(_checkedTimestamp, now) < CheckPeriod)
        {
            return;
        }

        _checkedTimestamp = now;
        Resume();
        var lost = registry.Statuses.Where(static status => status.IsMulticastLost && IsReporting(status)).ToList();
        if (_told.Count > 0 && lost.Count == 0)
        {
            registry.Events.Raise(
                NodeEventKind.MulticastRestored,
                $"The multicast of {_told.Count} nodes that had to be asked arrives again, or they are gone.",
                new EventDetails { Cause = NetworkCause.Snooping.Name(), NodeCount = _told.Count });
            _told.Clear();
            registry.MulticastOutage = null;
        }
        else if (lost.Any(status => !_told.Contains(status.Id))
            && (_toldTimestamp is not { } told || time.GetElapsedTime(told, now) >= TellPeriod))
        {
            _toldTimestamp = now;
            Tell(lost);
        }
    }

    private static bool IsReporting(NodeStatus status) => status.Health is NodeHealth.Up or NodeHealth.Late;

    /// <summary>Takes over what an earlier process told.</summary>
    private void Resume()
    {
        if (registry.MulticastOutage is not { } open || _told.Count > 0)
        {
            return;
        }

        _told.UnionWith(registry.Statuses
            .Where(static status => status.IsMulticastLost)
            .Select(static status => status.Id));
        if (_told.Count == 0)
        {
            _told.UnionWith(open.Details.Nodes ?? []);
        }
    }

    private void Tell(List<NodeStatus> lost)
    {
        _told.Clear();
        lost.ForEach(status => _told.Add(status.Id));
        var total = registry.Statuses.Count(IsReporting);
        var fault = findFault([.. lost.Select(static status => status.Address).OfType<string>()]);
        var cause = fault?.Cause ?? NetworkCause.Snooping;
        var why = fault is not null
            ? $"the collector's own interface {fault.Text}"
            : lost.Count == total
                ? "a switch between may snoop IGMP without a querier, or the collector's Wi-Fi drops multicast"
                : "a switch between may snoop IGMP without a querier, or their Wi-Fi drops multicast";
        var names = lost.Select(static status => status.Hostname).Order(StringComparer.Ordinal).Take(NamesMax);
        registry.MulticastOutage = registry.Events.Raise(
            NodeEventKind.MulticastLost,
            $"{lost.Count} of {total} nodes answer when asked, but their multicast does not arrive: {why}. "
            + "Enable a querier, or give the agents the collector's address (--target). "
            + $"Nodes: {string.Join(", ", names)}{(lost.Count > NamesMax ? " and more" : string.Empty)}.",
            new EventDetails
            {
                Cause = cause.Name(),
                Interface = fault?.Interface,
                NodeCount = lost.Count,
                NodesTotal = total,
                Nodes = [.. lost.Take(NamesMax).Select(static status => status.Id)],
            });
    }
}
