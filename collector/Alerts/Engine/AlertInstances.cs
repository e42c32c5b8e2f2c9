using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Alerts.Storage;
using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Alerts.Engine;

/// <summary>The alert instances, their rows in the database, and the board that others read.</summary>
/// <remarks>Written by the engine's loop only. Any thread may read <see cref="Board"/>.</remarks>
internal sealed class AlertInstances(AlertStore store, AlertMetrics metrics, TimeProvider time)
{
    /// <summary>
    /// The maximum number of alerts: ten rules for a thousand nodes with five entries each.
    /// Further ones are dropped and counted.
    /// </summary>
    private const int CountMax = 50_000;

    /// <summary>How long a resolved alert is shown, and sent to an Alertmanager again:
    /// as long as Prometheus does.</summary>
    private static readonly TimeSpan ResolvedShownFor = TimeSpan.FromMinutes(15);

    /// <summary>How long a resolved alert is kept for a channel that cannot be reached.</summary>
    private static readonly TimeSpan ResolvedKeptFor = TimeSpan.FromDays(1);

    private readonly Dictionary<string, AlertInstance> _instances = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<AlertInstance>> _byNode = new(StringComparer.Ordinal);
    private volatile AlertBoard _board = AlertBoard.Empty;
    private bool _isChanged = true;

    /// <summary>Gets all alerts.</summary>
    public AlertBoard Board => _board;

    /// <summary>Gets or sets the callback for a new revision of the board.</summary>
    public Action? Changed { get; set; }

    /// <summary>Gets all instances.</summary>
    public IEnumerable<AlertInstance> All => _instances.Values;

    /// <summary>Gets the instances of a node; <see langword="null"/> if it has none.</summary>
    public IReadOnlyList<AlertInstance>? GetByNode(string node) => _byNode.GetValueOrDefault(node);

    /// <summary>Gets an instance; <see langword="null"/> if there is none.</summary>
    public AlertInstance? Find(string id) => _instances.GetValueOrDefault(id);

    /// <summary>Creates an instance; <see langword="null"/> at the limit.</summary>
    public AlertInstance? TryCreate(AlertRule rule, Alert alert)
    {
        if (_instances.Count >= CountMax)
        {
            metrics.AlertsDropped.Inc();
            return null;
        }

        return Add(rule, alert);
    }

    /// <summary>Restores the alerts of an earlier process and publishes them.</summary>
    /// <remarks>Alerts of removed rules end now, because they are not evaluated again.</remarks>
    public void Restore(IEnumerable<AlertRow> rows, IReadOnlyList<AlertRule> rules)
    {
        foreach (var (alert, held) in rows)
        {
            var rule = rules.FirstOrDefault(rule => rule.Name == alert.Rule);
            var instance = Add(rule ?? new AlertRule { Name = alert.Rule }, alert);
            instance.Restore(held);
            if (rule is null && alert.Phase != AlertPhase.Resolved)
            {
                instance.End("The rule no longer exists.");
                Save(instance);
            }
        }

        Publish();
    }

    /// <summary>Takes an observation; a change of phase is saved.</summary>
    public void Observe(AlertInstance instance, bool isBeyond, bool isClear, Alert observed)
    {
        if (instance.Observe(isBeyond, isClear, observed))
        {
            Save(instance);
        }
    }

    /// <summary>Marks the alerts of a node that was evicted from the full node table, or is back.</summary>
    /// <remarks>The mark is saved: a restart must not end them.</remarks>
    public void SetNodeEvicted(string node, bool isEvicted)
    {
        foreach (var instance in GetByNode(node) ?? [])
        {
            if (instance.SetNodeEvicted(isEvicted))
            {
                store.Put(new AlertRow(instance.Alert, instance.Held));
            }
        }
    }

    /// <summary>Ends an alert for another reason than its value.</summary>
    public void End(AlertInstance instance, string reason)
    {
        if (instance.Alert.Phase == AlertPhase.Pending)
        {
            instance.Drop();
        }
        else
        {
            instance.End(reason);
        }

        Save(instance);
    }

    /// <summary>Removes alerts that were resolved long enough ago.</summary>
    /// <param name="isDeliveryPending">Whether a channel still has to deliver the end of an alert.</param>
    public void Expire(Func<string, bool> isDeliveryPending)
    {
        var now = time.GetUtcNow();
        var resolved = _instances.Values.Where(static one => one.Alert.Phase == AlertPhase.Resolved).ToArray();
        foreach (var instance in resolved)
        {
            var age = now - (instance.Alert.ResolvedAt ?? now);
            if (age > ResolvedKeptFor || (age > ResolvedShownFor && !isDeliveryPending(instance.Alert.Id)))
            {
                Remove(instance);
            }
        }
    }

    /// <summary>Marks the alerts that a silence or maintenance window matches.</summary>
    public void ApplySilences(SilenceList silences)
    {
        silences.Expire();
        foreach (var instance in _instances.Values)
        {
            var before = instance.Alert.SilencedBy;
            instance.SetSilencedBy(silences.Find(instance.Alert));
            _isChanged |= before != instance.Alert.SilencedBy;
        }
    }

    /// <summary>Publishes the alerts. Only if one appeared,
    /// disappeared or changed its state is it a new revision.</summary>
    public void PublishChanges()
    {
        if (_isChanged)
        {
            Publish();
        }
        else if (_board.Alerts.Count > 0)
        {
            // Values change, the order does not.
            _board = _board with { Alerts = [.. _board.Alerts.Select(alert => _instances[alert.Id].Alert)] };
        }
    }

    /// <summary>Saves how long the conditions of pending alerts have held.</summary>
    public void SavePending()
    {
        foreach (var instance in _instances.Values.Where(static one => one.Alert.Phase == AlertPhase.Pending))
        {
            store.Put(new AlertRow(instance.Alert, instance.Held));
        }
    }

    private AlertInstance Add(AlertRule rule, Alert alert)
    {
        var instance = new AlertInstance(rule, alert, time);
        _instances[alert.Id] = instance;
        if (alert.Node is { } node)
        {
            if (!_byNode.TryGetValue(node, out var list))
            {
                _byNode[node] = list = [];
            }

            list.Add(instance);
        }

        return instance;
    }

    private void Save(AlertInstance instance)
    {
        _isChanged = true;
        if (instance.Alert is { Phase: AlertPhase.Resolved, FiredAt: null })
        {
            Remove(instance);
        }
        else
        {
            store.Put(new AlertRow(instance.Alert, instance.Held));
        }
    }

    private void Remove(AlertInstance instance)
    {
        _isChanged = true;
        _instances.Remove(instance.Alert.Id);
        store.RemoveAlert(instance.Alert.Id);
        if (instance.Alert.Node is { } node && _byNode.TryGetValue(node, out var list))
        {
            list.Remove(instance);
            if (list.Count == 0)
            {
                _byNode.Remove(node);
            }
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
