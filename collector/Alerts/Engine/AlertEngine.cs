using System.Collections.Concurrent;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Alerts.Storage;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Hosting;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Alerts.Engine;

/// <summary>
/// Evaluates every rule once a second, and immediately when a node's health changes. The single writer of alerts.
/// </summary>
/// <remarks>
/// Only live state is evaluated, so a repaired reading never raises an alert. The ingest loop only queues events.
/// </remarks>
internal sealed class AlertEngine : IHealthListener, IEventListener, IDisposable
{
    /// <summary>How often rules are evaluated.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>The minimum time between two evaluations: it bounds the cost when many nodes change at once.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Events queued for the next evaluation: more than a cluster has nodes.</summary>
    private const int EventCountMax = 50_000;

    private readonly AlertRule[] _rules;
    private readonly Func<IEnumerable<NodeStatus>> _nodes;
    private readonly SilenceList _silences;
    private readonly AlertMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly AlertInstances _instances;
    private readonly RuleEvaluator _evaluator;
    private readonly ReportedEvents _reported = new();
    private readonly List<NodeStatus> _statuses = [];
    private readonly WakeSignal _signal;
    private long _evaluatedTimestamp;
    private readonly ConcurrentQueue<NodeEvent> _events = new();

    /// <summary>Initializes a new instance of the <see cref="AlertEngine"/> class.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="conditions">The conditions of collector rules.</param>
    /// <param name="nodes">Gets every node's newest status.</param>
    /// <param name="store">Keeps alerts over a restart.</param>
    /// <param name="silences">The silences and maintenance windows.</param>
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
        _nodes = nodes;
        _silences = silences;
        _metrics = metrics;
        _signal = new WakeSignal(time);
        _time = time;
        _instances = new AlertInstances(store, metrics, time);
        _evaluator = new RuleEvaluator(
            _rules, [.. conditions, .. _reported.Conditions], _reported, _instances, time);
        silences.Changed = _signal.Set;
    }

    /// <summary>Gets all alerts.</summary>
    public AlertBoard Board => _instances.Board;

    /// <summary>Gets or sets the callback for a new revision of the board.</summary>
    public Action? Changed
    {
        get => _instances.Changed;
        set => _instances.Changed = value;
    }

    /// <summary>Gets or sets the check whether a channel still has to deliver the end of an alert.</summary>
    public Func<string, bool> IsDeliveryPending { get; set; } = static _ => false;

    /// <summary>Sets how long the alerts of an evicted node are kept, while a collector runs:
    /// as long as a lost node is, before it is forgotten.</summary>
    public TimeSpan ForgetAfter
    {
        set => _evaluator.ForgetAfter = value;
    }

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
            _metrics.EventsDropped.Inc();
            return;
        }

        _events.Enqueue(raised);
        _signal.Set();
    }

    /// <summary>Restores the alerts of an earlier process. Must be called before the loop starts.</summary>
    public void Restore(IEnumerable<AlertRow> rows) => _instances.Restore(rows, _rules);

    /// <summary>Evaluates until cancelled, then saves how long the conditions of pending alerts have held.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await _signal.WaitAsync(Period, cancellation);
                if (_time.GetElapsedTime(_evaluatedTimestamp) is var passed && passed < Pause)
                {
                    await Task.Delay(Pause - passed, _time, cancellation);
                }

                Evaluate();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            _instances.SavePending();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _signal.Dispose();

    /// <summary>Evaluates every rule once and publishes the result.</summary>
    internal void Evaluate()
    {
        _evaluatedTimestamp = _time.GetTimestamp();

        // In this order: a node is removed only after its eviction was reported.
        _statuses.Clear();
        _statuses.AddRange(_nodes());
        _reported.BeginRound(_events);
        _evaluator.Evaluate(_statuses);
        _instances.Expire(IsDeliveryPending);
        _instances.ApplySilences(_silences);
        _instances.PublishChanges();
    }
}
