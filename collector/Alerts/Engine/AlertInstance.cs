using NodeTelemetry.Collector.Alerts.Rules;

namespace NodeTelemetry.Collector.Alerts.Engine;

/// <summary>A rule's alert for one node and entry, and what it takes to judge it. Written by the engine only.</summary>
/// <remarks>Durations are measured by the monotonic clock; wall times are only shown.</remarks>
internal sealed class AlertInstance(AlertRule rule, Alert alert, TimeProvider time)
{
    private long _sinceTimestamp = time.GetTimestamp();
    private long _observedTimestamp = time.GetTimestamp();
    private long? _clearTimestamp;
    private TimeSpan _heldBefore;

    // The resolved alert while a new one is pending: its end may still have to be sent.
    private Alert? _ended;

    /// <summary>Gets the alert as others see it.</summary>
    public Alert Alert { get; private set; } = alert;

    /// <summary>Gets or sets the rule; after a restart an alert goes by the rule as it is now.</summary>
    public AlertRule Rule { get; set; } = rule;

    /// <summary>Gets how long its condition has held while a collector was looking.</summary>
    public TimeSpan Held => _heldBefore + time.GetElapsedTime(_sinceTimestamp);

    /// <summary>Gets the time since the last observation.</summary>
    public TimeSpan Unobserved => time.GetElapsedTime(_observedTimestamp);

    /// <summary>Sets how long its condition had held before a restart; the time between does not count.</summary>
    public void Restore(TimeSpan heldBefore) => _heldBefore = heldBefore;

    /// <summary>Takes a newer look at its condition.</summary>
    /// <param name="isBeyond">Whether the condition that begins an alert holds.</param>
    /// <param name="isClear">Whether the condition that ends it holds.</param>
    /// <param name="look">What is known now: value, summary, host name, labels.</param>
    /// <returns>Whether its state is another.</returns>
    public bool Observe(bool isBeyond, bool isClear, Alert look)
    {
        var before = Alert.Phase;
        _observedTimestamp = time.GetTimestamp();
        if (before == AlertPhase.Resolved)
        {
            if (!isBeyond)
            {
                return false;
            }

            Begin(look);
        }

        if (!isClear)
        {
            _clearTimestamp = null;
            Alert = Alert with
            {
                Value = look.Value,
                Summary = look.Summary,
                Hostname = look.Hostname,
                Labels = look.Labels,
                Severity = look.Severity,
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
                Alert = Alert with { Value = look.Value ?? Alert.Value };
                End(null);
            }
        }

        return Alert.Phase != before;
    }

    /// <summary>Ends it.</summary>
    /// <param name="reason">Why, where it is not its value.</param>
    public void End(string? reason)
    {
        _clearTimestamp = null;
        Alert = Alert with { Phase = AlertPhase.Resolved, ResolvedAt = time.GetUtcNow(), Ending = reason };
    }

    /// <summary>Takes a pending one back, as if it had not begun.</summary>
    public void Drop() =>
        Alert = _ended ?? Alert with { Phase = AlertPhase.Resolved, ResolvedAt = time.GetUtcNow() };

    /// <summary>Says who keeps it quiet.</summary>
    public void SetSilencedBy(string? name)
    {
        if (Alert.SilencedBy != name)
        {
            Alert = Alert with { SilencedBy = name };
        }
    }

    private void Begin(Alert look)
    {
        _ended = Alert.FiredAt is null ? null : Alert;
        _sinceTimestamp = time.GetTimestamp();
        _heldBefore = TimeSpan.Zero;
        _clearTimestamp = null;
        Alert = look with { Phase = AlertPhase.Pending, Since = time.GetUtcNow() };
    }
}
