using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Nodes.Silence;

/// <summary>Reports the nodes that reply to probes but whose multicast does not arrive.
/// Called by the ingest loop's sweep.</summary>
/// <param name="registry">The nodes.</param>
/// <param name="findFault">Checks the collector's own network.</param>
/// <param name="time">The clock.</param>
internal sealed class MulticastWatch(NodeRegistry registry, FindNetworkFault findFault, TimeProvider time)
{
    /// <summary>Names listed in the text, and ids in the details.</summary>
    private const int NamesMax = 20;

    /// <summary>Period of the check: long enough to detect all nodes behind the same switch.</summary>
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(5);

    /// <summary>Least time between two reports: a flapping link must not flood the events.</summary>
    private static readonly TimeSpan ReportPeriod = TimeSpan.FromMinutes(10);

    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);
    private long _checkedTimestamp = time.GetTimestamp();
    private long? _reportedTimestamp;

    /// <summary>Checks all nodes once per period and reports changes.</summary>
    public void Sweep(long now)
    {
        if (time.GetElapsedTime(_checkedTimestamp, now) < CheckPeriod)
        {
            return;
        }

        _checkedTimestamp = now;
        Resume();
        var lost = registry.Statuses.Where(static status => status.IsMulticastLost && IsReporting(status)).ToList();
        if (_reported.Count > 0 && lost.Count == 0)
        {
            registry.Events.Raise(
                NodeEventKind.MulticastRestored,
                $"The multicast of {_reported.Count} nodes arrives again, or the nodes are gone.",
                new EventDetails { Cause = NetworkCause.Snooping.Name(), NodeCount = _reported.Count });
            _reported.Clear();
            registry.MulticastOutage = null;
        }
        else if (lost.Any(status => !_reported.Contains(status.Id))
            && (_reportedTimestamp is not { } last || time.GetElapsedTime(last, now) >= ReportPeriod))
        {
            _reportedTimestamp = now;
            Report(lost);
        }
    }

    private static bool IsReporting(NodeStatus status) => status.Health is NodeHealth.Up or NodeHealth.Late;

    /// <summary>Restores what an earlier process reported.</summary>
    private void Resume()
    {
        if (registry.MulticastOutage is not { } open || _reported.Count > 0)
        {
            return;
        }

        _reported.UnionWith(registry.Statuses
            .Where(static status => status.IsMulticastLost)
            .Select(static status => status.Id));
        if (_reported.Count == 0)
        {
            _reported.UnionWith(open.Details.Nodes ?? []);
        }
    }

    private void Report(List<NodeStatus> lost)
    {
        _reported.Clear();
        lost.ForEach(status => _reported.Add(status.Id));
        var total = registry.Statuses.Count(IsReporting);
        var fault = findFault([.. lost.Select(static status => status.Address).OfType<string>()]);
        var cause = fault?.Cause ?? NetworkCause.Snooping;
        var why = fault is not null
            ? $"the collector's interface {fault.Text}"
            : lost.Count == total
                ? "a switch may snoop IGMP without a querier, or the collector's Wi-Fi drops multicast"
                : "a switch may snoop IGMP without a querier, or their Wi-Fi drops multicast";
        var names = lost.Select(static status => status.Hostname).Order(StringComparer.Ordinal).Take(NamesMax);
        registry.MulticastOutage = registry.Events.Raise(
            NodeEventKind.MulticastLost,
            $"{lost.Count} of {total} nodes reply to probes, but their multicast does not arrive: {why}. "
            + "Enable an IGMP querier, or give the agents the collector's address (--target). "
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
