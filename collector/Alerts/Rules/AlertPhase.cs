namespace NodeTelemetry.Collector.Alerts.Rules;

/// <summary>Where an alert stands; as in Prometheus.</summary>
internal enum AlertPhase
{
    /// <summary>Its condition holds, but not yet for as long as its rule asks.</summary>
    Pending,

    /// <summary>Its condition has held for long enough.</summary>
    Firing,

    /// <summary>It is over.</summary>
    Resolved,
}

/// <summary>The names of <see cref="AlertPhase"/> in the API, in metrics and in the database.</summary>
internal static class AlertPhaseNames
{
    /// <summary>Gets the name.</summary>
    public static string Name(this AlertPhase phase) => phase switch
    {
        AlertPhase.Pending => "pending",
        AlertPhase.Firing => "firing",
        _ => "resolved",
    };

    /// <summary>Reads a name.</summary>
    public static bool TryParse(string text, out AlertPhase phase)
    {
        phase = text switch
        {
            "pending" => AlertPhase.Pending,
            "firing" => AlertPhase.Firing,
            _ => AlertPhase.Resolved,
        };
        return phase.Name() == text;
    }
}
