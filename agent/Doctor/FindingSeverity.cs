namespace NodeTelemetry.Agent.Doctor;

/// <summary>How much a finding matters; the greatest one is the exit code of <c>doctor</c>.</summary>
internal enum FindingSeverity
{
    /// <summary>As it should be, or a matter of taste.</summary>
    Good,

    /// <summary>Readings are missing or doubtful, or datagrams may be lost.</summary>
    Warning,

    /// <summary>The node is not seen at all, or taken for another.</summary>
    Error,
}
