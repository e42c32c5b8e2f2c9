namespace NodeTelemetry.Collector.Ingest;

/// <summary>What becomes of datagrams with and without a signature.</summary>
internal enum SignaturePolicy
{
    /// <summary>Nothing is checked.</summary>
    None,

    /// <summary>What is signed must be signed well, and nodes that a key is bound to must sign.</summary>
    VerifyIfPresent,

    /// <summary>Everybody must sign.</summary>
    Require,
}
