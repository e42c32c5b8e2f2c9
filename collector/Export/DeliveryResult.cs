using NodeTelemetry.Collector.Storage.Outbox;

namespace NodeTelemetry.Collector.Export;

/// <summary>The result of one attempt to deliver a batch.</summary>
internal sealed record DeliveryResult
{
    /// <summary>Gets how the attempt ended.</summary>
    public required DeliveryOutcome Outcome { get; init; }

    /// <summary>Gets the batch in the outbox, without the documents that were delivered.</summary>
    public required OutboxBatch Batch { get; init; }

    /// <summary>Gets the bodies that still have to be sent.</summary>
    public required IReadOnlyList<BulkBody> Bodies { get; init; }

    /// <summary>Gets a value indicating whether an administrator has to repair something.</summary>
    public bool IsHeld { get; init; }

    /// <summary>Gets a value indicating whether the servers are overloaded.</summary>
    public bool IsThrottled { get; init; }

    /// <summary>
    /// Gets a value indicating whether an index is missing and was not created, so that the template has to be checked.
    /// </summary>
    public bool IsIndexMissing { get; init; }

    /// <summary>Gets the pause that the server requested.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets why the batch was not finished.</summary>
    public string Problem { get; init; } = string.Empty;
}

/// <summary>How an attempt to deliver a batch ended.</summary>
internal enum DeliveryOutcome
{
    /// <summary>The whole batch was delivered.</summary>
    Done,

    /// <summary>Some documents have to wait; other batches can be sent meanwhile.</summary>
    Deferred,

    /// <summary>OpenSearch accepts nothing.</summary>
    Blocked,
}
