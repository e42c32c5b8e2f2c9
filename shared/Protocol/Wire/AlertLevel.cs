namespace NodeTelemetry.Protocol.Wire;

/// <summary>How the alerts of a node stand, as a collector tells the node's display.</summary>
public enum AlertLevel
{
    /// <summary><c>"alert":"none"</c>: none fires.</summary>
    None,

    /// <summary><c>"alert":"warning"</c>: somebody should look at it today.</summary>
    Warning,

    /// <summary><c>"alert":"critical"</c>: somebody should look at it now.</summary>
    Critical,
}
