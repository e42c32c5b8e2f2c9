namespace NodeTelemetry.Protocol.Wire;

/// <summary>The highest alert level of a node, which a collector sends to its display.</summary>
public enum AlertLevel
{
    /// <summary><c>"alert":"none"</c>: no alert is firing.</summary>
    None,

    /// <summary><c>"alert":"warning"</c>: attention today.</summary>
    Warning,

    /// <summary><c>"alert":"critical"</c>: attention now.</summary>
    Critical,
}
