using System.Collections.Concurrent;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Alerts.Storage;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Alerts.Engine;

/// <summary>
/// Evaluates every rule once a second, and immediately when a node's health changes. The single writer of alerts.
/// </summary>
/// <remarks>
/// Only live state is evaluated, so a repaired reading never raises an alert. The ingest loop only queues events.
/// </remarks>
internal sealed class AlertEngine : IHealthListener, IEventListener, IDisposable
{
    /// <summary>Alerts at once: ten rules for a thousand nodes with five entries each. Beyond, new ones are dropped and
    /// counted.</summary>
    public const int AlertCountMax = 50_000;

    /// <summary>How often rules are judged.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>The least time between two rounds: nodes that come and go by the hundred cost no more for it.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>How long an alert that ended is shown, and sent to an Alertmanager again: what Prometheus
    /// does.</summary>
    public static readonly TimeSpan ResolvedShownFor = TimeSpan.FromMinutes(15);

    /// <summary>How long the end of an alert is kept for a channel that cannot be reached.</summary>
    public static readonly TimeSpan ResolvedKeptFor = TimeSpan.FromDays(1);

    /// <summary>
    /// After a start no restored alert ends for lack of data: nodes may not have reported yet.
    /// </summary>
    private static readonly TimeSpan StartGrace = TimeSpan.FromMinutes(1);

    /// <summary>How long a reading may be missing, besides three of the node's intervals, before its alert
    /// ends.</summary>
    private static readonly TimeSpan AbsenceMax = TimeSpan.FromMinutes(1);

    /// <summary>Events that wait for the next round: more than a cluster has nodes.</summary>
    private const int EventCountMax = 50_000;

    private readonly AlertRule[] _rules;
    private readonly IReadOnlyList<CollectorCondition> _conditions;
    private readonly Func<IEnumerable<NodeStatus>> _nodes;
    private readonly AlertStore _store;
    private readonly SilenceList _silences;
    private readonly AlertMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly WakeSignal _signal = new();
    private readonly ConcurrentQueue<NodeEvent> _events = new();
    private readonly Dictionary<string, AlertInstance> _instances = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<AlertInstance>> _byNode = new(StringComparer.Ordinal);
    private readonly ReportedEvents _reported = new();
    private readonly List<ReadingValue> _values = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly long _started;
    private volatile AlertBoard _board = AlertBoard.Empty;
    private bool _isChanged = true;

    /// <summary>Initializes a new instance of the <see cref="AlertEngine"/> class.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="conditions">What collector rules look at.</param>
    /// <param name="nodes">Gets every node's newest status.</param>
    /// <param name="store">Where alerts are kept over a restart.</param>
    /// <param name="silences">Who keeps alerts quiet.</param>
    /// <param name="metrics">The counters.</param>
    /// <param name="time">The clock.</param>
    public AlertEngine(
        IReadOnlyList<AlertRule> rules,
        IReadOnlyList<CollectorCondition> conditions,
        Func<IEnumerable<NodeStatus>> nodes,
        AlertStore store,
        SilenceList silences,
        AlertMetrics metrics,
        TimeProvider time)
    {
        _rules = [.. rules];
        _conditions = [.. conditions, .. _reported.Conditions];
        _nodes = nodes;
        _store = store;
        _silences = silences;
        _metrics = metrics;
        _time = time;
        _started = time.GetTimestamp();
        silences.Changed = _signal.Set;
    }

    /// <summary>Gets all alerts.</summary>
    public AlertBoard Board => _board;

    /// <summary>Gets or sets what is to be called when the board is another.</summary>
    public Action? Changed { get; set; }

    /// <summary>Gets or sets whether some channel still has to tell the end of an alert.</summary>
    public Func<string, bool> IsDeliveryPending { get; set; } = static _ => false;

    /// <inheritdoc/>
    public void OnHealthChanged(NodeStatus status, NodeHealth? before)
    {
        if (status.Health != NodeHealth.Late)
        {
            _signal.Set();
        }
    }

    /// <inheritdoc/>
    public void OnEvent(NodeEvent raised)
    {
        if (!ReportedEvents.IsRelevant(raised))
        {
            return;
        }

        if (_events.Count >= EventCountMax)
        {
            _metrics.EventsDropped.Add();
            return;
        }

        _events.Enqueue(raised);
        _signal.Set();
    }

    /// <summary>Takes what an earlier process left. To be called before the loop starts.</summary>
    /// <remarks>Alerts of removed rules end now, because they are not evaluated again.</remarks>
    public void Restore(IEnumerable<AlertRow> rows)
    {
        foreach (var (alert, held) in rows)
        {
            var rule = _rules.FirstOrDefault(rule => rule.Name == alert.Rule);
            var instance = new AlertInstance(rule ?? new AlertRule { Name = alert.Rule }, alert, _time);
            instance.Restore(held);
            Add(instance);
            if (rule is null && alert.Phase != AlertPhase.Resolved)
            {
                instance.End("The rule is not there any more.");
                Keep(instance);
            }
        }

        Publish();
    }

    /// <summary>Judges until cancelled, then keeps how long conditions have held.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = _time.CreateTimer(_ => _signal.Set(), null, Period, Period);
        try
        {
            while (true)
            {
                await _signal.WaitAsync(cancellation);
                Evaluate();
                await Task.Delay(Pause, _time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            foreach (var instance in _instances.Values.Where(static one => one.Alert.Phase == AlertPhase.Pending))
            {
                _store.Put(new AlertRow(instance.Alert, instance.Held));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _signal.Dispose();

    /// <summary>Judges every rule once.</summary>
    internal void Evaluate()
    {
        _reported.BeginRound(_events);

        _seen.Clear();
        foreach (var status in _nodes())
        {
            _seen.Add(status.Id);
            EvaluateNode(status);
        }

        foreach (var condition in _conditions)
        {
            EvaluateCollector(condition);
        }

        EndUnknown();
        Expire();
        Silence();
        if (_isChanged)
        {
            Publish();
        }
        else if (_board.Alerts.Count > 0)
        {
            // Values move, the order does not.
            _board = _board with { Alerts = [.. _board.Alerts.Select(alert => _instances[alert.Id].Alert)] };
        }
    }

    private bool IsGrace => _time.GetElapsedTime(_started) < StartGrace;

    private void EvaluateNode(NodeStatus status)
    {
        _byNode.TryGetValue(status.Id, out var known);
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
                    Observe(rule, status, null, known, null, isLost && !status.IsIsolated, !isLost);
                    break;
                case AlertRuleKind.Rebooted:
                    var isNews = _reported.TakeReboot(status.Id);
                    Observe(rule, status, null, known, null, isNews, !isNews);
                    break;
                case AlertRuleKind.Duplicate:
                    var hasConflict = status.Conflict is not null;
                    Observe(rule, status, null, known, null, hasConflict, !hasConflict);
                    break;
                case AlertRuleKind.Reading when isAlive:
                    EvaluateReading(rule, status, known);
                    break;
            }
        }

        if (known is not null && (isAlive || status.Health == NodeHealth.Left))
        {
            EndUnread(status, isAlive, known);
        }
    }

    private void EvaluateReading(AlertRule rule, NodeStatus status, List<AlertInstance>? known)
    {
        _values.Clear();
        rule.Reading!.Read(status, _values);
        foreach (var (entry, value) in _values)
        {
            if (rule.Entry == "*" || Glob.IsMatch(rule.Entry, entry ?? string.Empty))
            {
                Observe(rule, status, entry, known, value, rule.IsBeyond(value), rule.IsClear(value));
            }
        }
    }

    private void EvaluateCollector(CollectorCondition condition)
    {
        if (_rules.FirstOrDefault(rule => rule.Name == condition.Rule) is not { } rule)
        {
            return;
        }

        var problem = condition.Check();
        var id = Alert.CreateId(rule.Name, null, null);
        if (!_instances.TryGetValue(id, out var instance))
        {
            if (problem is null)
            {
                return;
            }

            instance = TryCreate(rule, new Alert
            {
                Id = id,
                Rule = rule.Name,
                Severity = rule.Severity,
                Phase = AlertPhase.Resolved,
                Since = _time.GetUtcNow(),
                Summary = problem,
            });
        }

        var isDecided = problem is not null || !IsGrace;
        if (instance is not null && (isDecided || instance.Alert.Phase == AlertPhase.Pending))
        {
            Apply(instance, problem is not null, problem is null, instance.Alert with
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
        List<AlertInstance>? known,
        double? value,
        bool isBeyond,
        bool isClear)
    {
        // What most rules cost for most nodes ends here.
        var instance = known is null ? null : FindInstance(known, rule, entry);
        if (!isBeyond && instance is null or { Alert.Phase: AlertPhase.Resolved })
        {
            return;
        }

        var look = new Alert
        {
            Id = instance?.Alert.Id ?? Alert.CreateId(rule.Name, status.Id, entry),
            Rule = rule.Name,
            Severity = rule.Severity,
            Node = status.Id,
            Hostname = status.Hostname,
            Entry = entry,
            Labels = status.Labels ?? [],
            Phase = AlertPhase.Resolved,
            Since = _time.GetUtcNow(),
            Value = value,
            Summary = AlertText.Summary(rule, status, entry, value, _reported),
            SendResolved = rule.Kind != AlertRuleKind.Rebooted,
        };
        instance ??= TryCreate(rule, look);
        if (instance is not null)
        {
            Apply(instance, isBeyond, isClear, look);
        }
    }

    private static AlertInstance? FindInstance(List<AlertInstance> known, AlertRule rule, string? entry)
    {
        foreach (var instance in known)
        {
            if (ReferenceEquals(instance.Rule, rule) && instance.Alert.Entry == entry)
            {
                return instance;
            }
        }

        return null;
    }

    private AlertInstance? TryCreate(AlertRule rule, Alert look)
    {
        if (_instances.Count >= AlertCountMax)
        {
            _metrics.AlertsDropped.Add();
            return null;
        }

        var instance = new AlertInstance(rule, look, _time);
        Add(instance);
        return instance;
    }

    private void Add(AlertInstance instance)
    {
        _instances[instance.Alert.Id] = instance;
        if (instance.Alert.Node is { } node)
        {
            if (!_byNode.TryGetValue(node, out var known))
            {
                _byNode[node] = known = [];
            }

            known.Add(instance);
        }
    }

    private void Apply(AlertInstance instance, bool isBeyond, bool isClear, Alert look)
    {
        if (instance.Observe(isBeyond, isClear, look))
        {
            Keep(instance);
        }
    }

    private void Keep(AlertInstance instance)
    {
        _isChanged = true;
        if (instance.Alert is { Phase: AlertPhase.Resolved, FiredAt: null })
        {
            Remove(instance);
        }
        else
        {
            _store.Put(new AlertRow(instance.Alert, instance.Held));
        }
    }

    private void Remove(AlertInstance instance)
    {
        _isChanged = true;
        _instances.Remove(instance.Alert.Id);
        _store.RemoveAlert(instance.Alert.Id);
        if (instance.Alert.Node is { } node && _byNode.TryGetValue(node, out var known))
        {
            known.Remove(instance);
            if (known.Count == 0)
            {
                _byNode.Remove(node);
            }
        }
    }

    /// <summary>
    /// Ends alerts of readings that a living node does not send any more, or of a node that has left. While a node is
    /// lost or reboots its alerts stay as they are.
    /// </summary>
    private void EndUnread(NodeStatus status, bool isAlive, List<AlertInstance> known)
    {
        foreach (var instance in known.Where(one => IsUnread(one, status, isAlive)).ToArray())
        {
            End(instance, isAlive ? "The reading does not come any more." : "The node has left.");
        }
    }

    private static bool IsUnread(AlertInstance instance, NodeStatus status, bool isAlive) =>
        instance.Rule.Kind == AlertRuleKind.Reading && instance.Alert.Phase != AlertPhase.Resolved
        && (!isAlive || instance.Unobserved > AbsenceMax + (status.Interval * 3));

    private void EndUnknown()
    {
        if (IsGrace)
        {
            return;
        }

        foreach (var instance in _instances.Values.Where(IsUnknown).ToArray())
        {
            End(instance, "The node is not known any more.");
        }
    }

    private bool IsUnknown(AlertInstance instance) => instance.Alert.Phase != AlertPhase.Resolved
        && instance.Alert.Node is { } node && !_seen.Contains(node);

    private void End(AlertInstance instance, string reason)
    {
        if (instance.Alert.Phase == AlertPhase.Pending)
        {
            instance.Drop();
        }
        else
        {
            instance.End(reason);
        }

        Keep(instance);
    }

    private void Expire()
    {
        var now = _time.GetUtcNow();
        var ended = _instances.Values.Where(static one => one.Alert.Phase == AlertPhase.Resolved).ToArray();
        foreach (var instance in ended)
        {
            var age = now - (instance.Alert.ResolvedAt ?? now);
            if (age > ResolvedKeptFor || (age > ResolvedShownFor && !IsDeliveryPending(instance.Alert.Id)))
            {
                Remove(instance);
            }
        }
    }

    private void Silence()
    {
        _silences.Expire();
        foreach (var instance in _instances.Values)
        {
            var before = instance.Alert.SilencedBy;
            instance.SetSilencedBy(_silences.Find(instance.Alert));
            _isChanged |= before != instance.Alert.SilencedBy;
        }
    }

    private void Publish()
    {
        _isChanged = false;
        _board = new AlertBoard(_board.Revision + 1, [.. _instances.Values
            .Select(static instance => instance.Alert)
            .OrderBy(static alert => alert.Phase == AlertPhase.Firing ? 0 : alert.Phase == AlertPhase.Pending ? 1 : 2)
            .ThenByDescending(static alert => alert.Severity)
            .ThenBy(static alert => alert.Hostname, StringComparer.Ordinal)
            .ThenBy(static alert => alert.Id, StringComparer.Ordinal)]);
        Changed?.Invoke();
    }
}
