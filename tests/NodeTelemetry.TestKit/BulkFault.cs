namespace NodeTelemetry.TestKit;

/// <summary>What the fake does with a bulk request instead of serving it.</summary>
public enum BulkFault
{
    /// <summary>Nothing: serves it.</summary>
    None,

    /// <summary>Breaks the connection before anything is applied.</summary>
    ResetBefore,

    /// <summary>Applies the request and breaks the connection.</summary>
    ResetAfter,

    /// <summary>Applies the request and cuts its answer off, with status 200.</summary>
    Truncated,

    /// <summary>401 in plain text, as the security plugin answers.</summary>
    Unauthorized,

    /// <summary>403 cluster_block_exception: the cluster is read-only.</summary>
    ReadOnly,

    /// <summary>503 without a body.</summary>
    Unavailable,

    /// <summary>429 rejected_execution_exception of the whole request.</summary>
    Rejected,

    /// <summary>429 circuit_breaking_exception, the limit below the request.</summary>
    Breaker,

    /// <summary>404, as of a web server that is not OpenSearch.</summary>
    NotFound,

    /// <summary>Applies the request and breaks the connection in the middle of the answer.</summary>
    CutOff,

    /// <summary>502 with a page, as of a proxy whose server is gone.</summary>
    BadGateway,

    /// <summary>400 with a page, as of a proxy that wants something else.</summary>
    BadRequest,

    /// <summary>Never answers.</summary>
    Silent,

    /// <summary>Applies the first half of the documents and breaks the connection; of <see cref="FaultProxy"/>
    /// only.</summary>
    HalfApplied,

    /// <summary>
    /// Applies every fourth document and answers for the others 429, 403 and 400, as an index does that is too busy,
    /// closed to this user, or closed; of <see cref="FaultProxy"/> only.
    /// </summary>
    Mixed,
}

/// <summary>An error of one document.</summary>
/// <param name="Status">The item's status.</param>
/// <param name="Type">The error's type.</param>
/// <param name="Reason">The error's reason.</param>
public sealed record ItemError(int Status, string Type, string Reason);
