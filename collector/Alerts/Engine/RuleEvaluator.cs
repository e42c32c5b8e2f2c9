using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Alerts.Engine;

/// <summary>Evaluates rules against the nodes and the collector. For the engine's loop only.</summary>
/// <param name="rules">The rules.</param>
/// <param name="conditions">The conditions of collector rules.</param>
/// <param name="reported">What events reported.</param>
/// <param name="instances">The alerts.</param>
/// <param name="time">The clock.</param>
internal sealed class RuleEvaluator(
    IReadOnlyList<AlertRule> rules,
    IReadOnlyList<CollectorCondition> conditions,
    ReportedEvents reported,
    AlertInstances instances,
    TimeProvider time)
{
    /// <summary>After a start no restored alert ends for lack of data: nodes may not have reported yet.</summary>
    private static readonly TimeSpan StartGrace = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a reading may be missing before its alert ends, in addition to three of the node's intervals.
    /// </summary>
    private static readonly TimeSpan AbsenceMax = TimeSpan.FromMinutes(1);

    private readonly AlertRule[] _rules = [.. rules];
    private readonly CollectorCondition[] _conditions = [.. conditions];
    private readonly List<ReadingValue> _values = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly long _started = time.GetTimestamp();

    /// <summary>Gets or sets how long the alerts of an evicted node are kept.</summary>
    public TimeSpan ForgetAfter { get; set; } = TimeSpan.MaxValue;

    private bool IsStarting => time.GetElapsedTime(_started) < StartGrace;

    /// <summary>Evaluates every rule once.</summary>
    /// <param name="nodes">The nodes, as they were before the events were taken:
    /// the eviction of a node that is missing here has been reported.</param>
    public void Evaluate(IReadOnlyList<NodeStatus> nodes)
    {
        foreach (var node in reported.Evicted)
        {
            instances.SetNodeEvicted(node, true);
        }

        _seen.Clear();
        foreach (var status in nodes)
        {
            _seen.Add(status.Id);
            EvaluateNode(status);
        }

        foreach (var condition in _conditions)
        {
            EvaluateCollector(condition);
        }

        if (!IsStarting)
        {
            EndForgotten();
        }
    }

    private void EvaluateNode(NodeStatus status)
    {
        var alerts = instances.GetByNode(status.Id);
        if (alerts is not null && !reported.Evicted.Contains(status.Id))
        {
            instances.SetNodeEvicted(status.Id, false);
        }

        var isAlive = status.Health is NodeHealth.Up or NodeHealth.Late;
        foreach (var rule in _rules)
        {
            if (rule.Kind == AlertRuleKind.Collector || !rule.IsFor(status))
            {
                continue;
            }

            switch (rule.Kind)
            {
                case AlertRuleKind.NodeLost:
                    var isLost = status.Health == NodeHealth.Lost;
                    Observe(rule, status, null, alerts, null, isLost && !status.IsIsolated, !isLost);
                    break;
                case AlertRuleKind.Rebooted:
                    var hasRebooted = reported.TakeReboot(status.Id);
                    Observe(rule, status, null, alerts, null, hasRebooted, !hasRebooted);
                    break;
                case AlertRuleKind.Duplicate:
                    var hasConflict = status.Conflict is not null;
                    Observe(rule, status, null, alerts, null, hasConflict, !hasConflict);
                    break;
                case AlertRuleKind.Reading when isAlive:
                    EvaluateReading(rule, status, alerts);
                    break;
            }
        }

        if (alerts is not null && (isAlive || status.Health == NodeHealth.Left))
        {
            EndMissing(status, isAlive, alerts);
        }
    }

    private void EvaluateReading(AlertRule rule, NodeStatus status, IReadOnlyList<AlertInstance>? alerts)
    {
        _values.Clear();
        rule.Reading!.Read(status, _values);
        foreach (var (entry, value) in _values)
        {
            if (rule.Entry == "*" || Glob.IsMatch(rule.Entry, entry ?? string.Empty))
            {
                Observe(rule, status, entry, alerts, value, rule.IsBeyond(value), rule.IsClear(value));
            }
        }
    }

    private void EvaluateCollector(CollectorCondition condition)
    {
        if (Array.Find(_rules, rule => rule.Name == condition.Rule) is not { } rule)
        {
            return;
        }

        var problem = condition.Check();
        var id = Alert.CreateId(rule.Name, null, null);
        var instance = instances.Find(id);
        if (instance is null)
        {
            if (problem is null)
            {
                return;
            }

            instance = instances.TryCreate(rule, new Alert
            {
                Id = id,
                Rule = rule.Name,
                Severity = rule.Severity,
                Phase = AlertPhase.Resolved,
                Since = time.GetUtcNow(),
                Summary = problem,
            });
        }

        var isDecided = problem is not null || !IsStarting;
        if (instance is not null && (isDecided || instance.Alert.Phase == AlertPhase.Pending))
        {
            instances.Observe(instance, problem is not null, problem is null, instance.Alert with
            {
                Severity = rule.Severity,
                Summary = problem ?? instance.Alert.Summary,
            });
        }
    }

    private void Observe(
        AlertRule rule,
        NodeStatus status,
        string? entry,
        IReadOnlyList<AlertInstance>? alerts,
        double? value,
        bool isBeyond,
        bool isClear)
    {
        // Most rules end here for most nodes.
        var instance = alerts is null ? null : FindInstance(alerts, rule, entry);
        if (!isBeyond && instance is null or { Alert.Phase: AlertPhase.Resolved })
        {
            return;
        }

        var observed = new Alert
        {
            Id = instance?.Alert.Id ?? Alert.CreateId(rule.Name, status.Id, entry),
            Rule = rule.Name,
            Severity = rule.Severity,
            Node = status.Id,
            Hostname = status.Hostname,
            Entry = entry,
            Labels = status.Labels ?? [],
            Phase = AlertPhase.Resolved,
            Since = time.GetUtcNow(),
            Value = value,
            Summary = AlertText.CreateSummary(rule, status, entry, value, reported),
            SendResolved = rule.Kind != AlertRuleKind.Rebooted,
        };
        instance ??= instances.TryCreate(rule, observed);
        if (instance is not null)
        {
            instances.Observe(instance, isBeyond, isClear, observed);
        }
    }

    private static AlertInstance? FindInstance(IReadOnlyList<AlertInstance> alerts, AlertRule rule, string? entry)
    {
        for (var index = 0; index < alerts.Count; index++)
        {
            if (ReferenceEquals(alerts[index].Rule, rule) && alerts[index].Alert.Entry == entry)
            {
                return alerts[index];
            }
        }

        return null;
    }

    /// <summary>
    /// Ends alerts of readings that a live node no longer sends, or of a node that has left.
    /// While a node is lost or rebooting its alerts stay as they are.
    /// </summary>
    private void EndMissing(NodeStatus status, bool isAlive, IReadOnlyList<AlertInstance> alerts)
    {
        foreach (var instance in alerts.Where(one => IsMissing(one, status, isAlive)).ToArray())
        {
            instances.End(instance, isAlive ? "The node no longer sends the reading." : "The node has left.");
        }
    }

    private static bool IsMissing(AlertInstance instance, NodeStatus status, bool isAlive) =>
        instance.Rule.Kind == AlertRuleKind.Reading && instance.Alert.Phase != AlertPhase.Resolved
        && (!isAlive || instance.Unobserved > AbsenceMax + (status.Interval * 3));

    private void EndForgotten()
    {
        foreach (var instance in instances.All.Where(IsForgotten).ToArray())
        {
            instances.End(instance, "The node was forgotten.");
        }
    }

    private bool IsForgotten(AlertInstance instance) => instance.Alert.Phase != AlertPhase.Resolved
        && instance.Alert.Node is { } node && !_seen.Contains(node)
        && (!instance.Alert.IsNodeEvicted || instance.Held >= ForgetAfter);
}
