namespace NodeTelemetry.Agent.Doctor;

/// <summary>The severity of a finding; the highest is the exit code of <c>doctor</c>.</summary>
internal enum FindingSeverity
{
    /// <summary>No action needed.</summary>
    Good,

    /// <summary>Readings are missing or unreliable, or datagrams may be lost.</summary>
    Warning,

    /// <summary>Collectors do not receive the node, or mistake it for another.</summary>
    Error,
}
