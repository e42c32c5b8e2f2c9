using NodeTelemetry.Collector.Alerts.Rules;

namespace NodeTelemetry.Collector.Alerts.Engine;

/// <summary>A rule's alert for one node and entry, with its timers. Written by the engine's loop only.</summary>
/// <remarks>Durations are measured by the monotonic clock; wall times are for display only.</remarks>
internal sealed class AlertInstance(AlertRule rule, Alert alert, TimeProvider time)
{
    private long _sinceTimestamp = time.GetTimestamp();
    private long _observedTimestamp = time.GetTimestamp();
    private long? _clearTimestamp;
    private TimeSpan _heldBefore;

    // The resolved alert while a new one is pending: its end may still have to be sent.
    private Alert? _ended;

    /// <summary>Gets the published alert.</summary>
    public Alert Alert { get; private set; } = alert;

    /// <summary>Gets the rule; after a restart its current definition applies.</summary>
    public AlertRule Rule { get; } = rule;

    /// <summary>Gets how long its condition has held while a collector was running.</summary>
    public TimeSpan Held => _heldBefore + time.GetElapsedTime(_sinceTimestamp);

    /// <summary>Gets the time since the last observation.</summary>
    public TimeSpan Unobserved => time.GetElapsedTime(_observedTimestamp);

    /// <summary>Sets how long its condition had held before a restart; the downtime does not count.</summary>
    public void Restore(TimeSpan heldBefore) => _heldBefore = heldBefore;

    /// <summary>Takes a new observation of its condition.</summary>
    /// <param name="isBeyond">Whether the condition that begins an alert holds.</param>
    /// <param name="isClear">Whether the condition that ends it holds.</param>
    /// <param name="observed">The observation: value, summary, host name, labels.</param>
    /// <returns>Whether its phase changed.</returns>
    public bool Observe(bool isBeyond, bool isClear, Alert observed)
    {
        var before = Alert.Phase;
        _observedTimestamp = time.GetTimestamp();
        if (before == AlertPhase.Resolved)
        {
            if (!isBeyond)
            {
                return false;
            }

            Begin(observed);
        }

        if (!isClear)
        {
            _clearTimestamp = null;
            Alert = Alert with
            {
                Value = observed.Value,
                Summary = observed.Summary,
                Hostname = observed.Hostname,
                Labels = observed.Labels,
                Severity = observed.Severity,
            };
        }

        if (Alert.Phase == AlertPhase.Pending)
        {
            if (!isBeyond)
            {
                Drop();
            }
            else if (Held >= Rule.For)
            {
                Alert = Alert with { Phase = AlertPhase.Firing, FiredAt = time.GetUtcNow() };
            }
        }
        else if (isClear)
        {
            _clearTimestamp ??= time.GetTimestamp();
            if (time.GetElapsedTime(_clearTimestamp.Value) >= Rule.KeepFiringFor)
            {
                Alert = Alert with { Value = observed.Value ?? Alert.Value };
                End(null);
            }
        }

        return Alert.Phase != before;
    }

    /// <summary>Resolves the alert.</summary>
    /// <param name="reason">The reason; <see langword="null"/> if its value ended it.</param>
    public void End(string? reason)
    {
        _clearTimestamp = null;
        Alert = Alert with { Phase = AlertPhase.Resolved, ResolvedAt = time.GetUtcNow(), Ending = reason };
    }

    /// <summary>Discards a pending alert, as if it had not begun.</summary>
    public void Drop() =>
        Alert = _ended ?? Alert with { Phase = AlertPhase.Resolved, ResolvedAt = time.GetUtcNow() };

    /// <summary>Sets whether its node was evicted from the full node table.</summary>
    /// <returns>Whether that is a change.</returns>
    public bool SetNodeEvicted(bool isEvicted)
    {
        var isChange = Alert.IsNodeEvicted != isEvicted;
        Alert = isChange ? Alert with { IsNodeEvicted = isEvicted } : Alert;
        return isChange;
    }

    /// <summary>Sets the silence or maintenance window that matches it.</summary>
    public void SetSilencedBy(string? name)
    {
        if (Alert.SilencedBy != name)
        {
            Alert = Alert with { SilencedBy = name };
        }
    }

    private void Begin(Alert observed)
    {
        _ended = Alert.FiredAt is null ? null : Alert;
        _sinceTimestamp = time.GetTimestamp();
        _heldBefore = TimeSpan.Zero;
        _clearTimestamp = null;
        Alert = observed with { Phase = AlertPhase.Pending, Since = time.GetUtcNow() };
    }
}
