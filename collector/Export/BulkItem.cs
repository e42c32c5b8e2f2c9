namespace NodeTelemetry.Collector.Export;

/// <summary>What is to be done with a document after an answer.</summary>
internal enum BulkItemClass
{
    /// <summary>It was stored.</summary>
    Created,

    /// <summary>It was there already.</summary>
    Duplicate,

    /// <summary>Nothing is wrong with it: send it again.</summary>
    Retry,

    /// <summary>Its index or the cluster has to be repaired by a person: send it again, slowly.</summary>
    Hold,

    /// <summary>Its index is missing and is not made: see to the template, then as <see cref="Hold"/>.</summary>
    IndexMissing,

    /// <summary>It will never be taken.</summary>
    Poison,
}

/// <summary>What OpenSearch says of one document.</summary>
/// <param name="Status">The HTTP status of the item.</param>
/// <param name="ErrorType">The error's type; <see langword="null"/> for none.</param>
/// <param name="ErrorReason">The error's reason, with its cause.</param>
internal readonly record struct BulkItem(int Status, string? ErrorType, string? ErrorReason)
{
    /// <summary>
    /// Gets what is to be done, by the error's type: a status of 400 blames the index as often as the document.
    /// </summary>
    /// <remarks>An unknown type is taken as the cluster's fault, so that nothing good is thrown away.</remarks>
    public BulkItemClass Class => (Status, ErrorType) switch
    {
        (200 or 201, null) => BulkItemClass.Created,
        (409, "version_conflict_engine_exception") => BulkItemClass.Duplicate,
        (408 or 425 or 429 or >= 500, _) => BulkItemClass.Retry,
        (404, "index_not_found_exception") => BulkItemClass.IndexMissing,
        (400, "mapper_parsing_exception" or "document_parsing_exception" or "strict_dynamic_mapping_exception"
            or "parse_exception" or "parsing_exception" or "json_parse_exception" or "x_content_parse_exception"
            or "action_request_validation_exception") => BulkItemClass.Poison,
        _ => BulkItemClass.Hold,
    };

    /// <summary>
    /// Gets a value indicating whether it is its index, or the document itself, that has to be repaired; not that the
    /// server has too much to do.
    /// </summary>
    public bool IsForGood => Class is BulkItemClass.Hold or BulkItemClass.IndexMissing or BulkItemClass.Poison
        || ErrorType is "cluster_block_exception" or "unavailable_shards_exception";

    /// <summary>Says what was answered, for a log or a person.</summary>
    public string Describe() => $"{Status} {ErrorType}, {ErrorReason}";
}
