namespace NodeTelemetry.Collector.Ingest;

/// <summary>Which datagrams must be signed.</summary>
internal enum SignaturePolicy
{
    /// <summary>Signatures are not checked.</summary>
    None,

    /// <summary>Signatures that are present must be valid, and nodes that a key is bound to must sign.</summary>
    VerifyIfPresent,

    /// <summary>Every node must sign.</summary>
    Require,
}
