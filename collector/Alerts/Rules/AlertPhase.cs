namespace NodeTelemetry.Collector.Alerts.Rules;

/// <summary>The phase of an alert, as in Prometheus.</summary>
internal enum AlertPhase
{
    /// <summary>Its condition holds, but not yet for as long as its rule requires.</summary>
    Pending,

    /// <summary>Its condition has held for that long.</summary>
    Firing,

    /// <summary>It has ended.</summary>
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

    /// <summary>Parses a name.</summary>
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
