namespace NodeTelemetry.Collector.Alerts.Rules;

/// <summary>Where an alert stands; as in Prometheus.</summary>
internal enum AlertState
{
    /// <summary>Its condition holds, but not yet for as long as its rule asks.</summary>
    Pending,

    /// <summary>Its condition has held for long enough.</summary>
    Firing,

    /// <summary>It is over.</summary>
    Resolved,
}

/// <summary>The names of <see cref="AlertState"/> in the API, in metrics and in the database.</summary>
internal static class AlertStateNames
{
    /// <summary>Gets the name.</summary>
    public static string Name(this AlertState state) => state switch
    {
        AlertState.Pending => "pending",
        AlertState.Firing => "firing",
        _ => "resolved",
    };

    /// <summary>Reads a name.</summary>
    public static bool TryParse(string text, out AlertState state)
    {
        state = text switch
        {
            "pending" => AlertState.Pending,
            "firing" => AlertState.Firing,
            _ => AlertState.Resolved,
        };
        return state.Name() == text;
    }
}
