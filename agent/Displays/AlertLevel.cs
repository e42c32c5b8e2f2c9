namespace NodeTelemetry.Agent.Displays;

/// <summary>How bad what the collector says of this node is.</summary>
internal enum AlertLevel
{
    /// <summary>No collector has said anything lately.</summary>
    Unknown,

    /// <summary>No alert fires.</summary>
    None,

    /// <summary>A person should look.</summary>
    Warning,

    /// <summary>A person must act.</summary>
    Critical,
}
