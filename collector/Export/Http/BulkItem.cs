namespace NodeTelemetry.Collector.Export.Http;

/// <summary>The action for a document after a response.</summary>
internal enum BulkItemClass
{
    /// <summary>The document was stored.</summary>
    Created,

    /// <summary>The document already existed.</summary>
    Duplicate,

    /// <summary>Nothing is wrong with the document: send it again.</summary>
    Retry,

    /// <summary>The administrator has to repair its index or the cluster: send it again, slowly.</summary>
    Hold,

    /// <summary>Its index is missing and was not created: check the template, then as <see cref="Hold"/>.</summary>
    IndexMissing,

    /// <summary>The document is rejected permanently.</summary>
    Rejected,
}

/// <summary>The response of OpenSearch for one document.</summary>
/// <param name="Status">The HTTP status of the item.</param>
/// <param name="ErrorType">The error's type; <see langword="null"/> for none.</param>
/// <param name="ErrorReason">The error's reason, with its cause.</param>
internal readonly record struct BulkItem(int Status, string? ErrorType, string? ErrorReason)
{
    /// <summary>
    /// Gets what has to be done, by the error's type: a status of 400 means the index as often as the document.
    /// </summary>
    /// <remarks>An unknown type counts as a fault of the cluster, so that no good document is discarded.</remarks>
    public BulkItemClass Class => (Status, ErrorType) switch
    {
        (200 or 201, null) => BulkItemClass.Created,
        (409, "version_conflict_engine_exception") => BulkItemClass.Duplicate,
        (408 or 425 or 429 or >= 500, _) => BulkItemClass.Retry,
        (404, "index_not_found_exception") => BulkItemClass.IndexMissing,
        (400, "mapper_parsing_exception" or "document_parsing_exception" or "strict_dynamic_mapping_exception"
            or "parse_exception" or "parsing_exception" or "json_parse_exception" or "x_content_parse_exception"
            or "action_request_validation_exception") => BulkItemClass.Rejected,
        _ => BulkItemClass.Hold,
    };

    /// <summary>
    /// Gets a value indicating whether the index or the document has to be repaired:
    /// an overloaded server does not count.
    /// </summary>
    public bool IsPermanent => Class is BulkItemClass.Hold or BulkItemClass.IndexMissing or BulkItemClass.Rejected
        || ErrorType is "cluster_block_exception" or "unavailable_shards_exception";

    /// <summary>Describes the error for logs and messages.</summary>
    public string Describe() => $"{Status} {ErrorType}, {ErrorReason}";
}
