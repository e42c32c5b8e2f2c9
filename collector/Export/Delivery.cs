using NodeTelemetry.Collector.Storage.Outbox;


namespace NodeTelemetry.Collector.Export;

/// <summary>A batch on its way: what of it still has to be sent, and how the last attempt ended.</summary>
internal sealed class Delivery(OutboxBatch batch)
{
    /// <summary>Gets or sets the batch in the outbox, as it is now.</summary>
    public OutboxBatch Batch { get; set; } = batch;

    /// <summary>Gets what has to be sent, each in its own request: one body, more when it was too large.</summary>
    public LinkedList<BulkBody> Bodies { get; } = new([new BulkBody(batch)]);

    /// <summary>Gets the bodies that were sent and not finished in this attempt.</summary>
    public List<BulkBody> Unfinished { get; } = [];

    /// <summary>Gets or sets how the last attempt ended.</summary>
    public DeliveryOutcome Outcome { get; set; }

    /// <summary>Gets or sets how many attempts in a row did not finish it.</summary>
    public int Attempts { get; set; }

    /// <summary>Gets or sets when the pause before the next attempt began, as a timestamp.</summary>
    public long PausedAt { get; set; }

    /// <summary>Gets or sets the pause.</summary>
    public TimeSpan Pause { get; set; }

    /// <summary>Gets or sets a value indicating whether a person has to repair something.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Gets or sets a value indicating whether the servers had too much to do for some of it.</summary>
    public bool IsThrottled { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether an index was missing and not made, so that the template should be looked
    /// after.
    /// </summary>
    public bool IsIndexMissing { get; set; }

    /// <summary>Gets or sets the pause that the server asked for.</summary>
    public TimeSpan? RetryAfter { get; set; }

    /// <summary>Gets or sets why it was not finished.</summary>
    public string Problem { get; set; } = string.Empty;

    /// <summary>Gets or sets a value indicating whether it was put aside and is being tried again.</summary>
    public bool IsUnderWay { get; set; }

    /// <summary>Gets or sets the length of what was left when it was put aside.</summary>
    public long BytesLeft { get; set; }

    /// <summary>Gets or sets why it was put aside; an attempt that is under way does not change it.</summary>
    public (bool IsHeld, string Problem) Standing { get; set; }

    /// <summary>Forgets how the attempt before ended.</summary>
    public void Begin()
    {
        IsHeld = false;
        IsThrottled = false;
        IsIndexMissing = false;
        RetryAfter = null;
        Problem = string.Empty;
    }
}

/// <summary>How an attempt at a delivery ended.</summary>
internal enum DeliveryOutcome
{
    /// <summary>Nothing of it is left.</summary>
    Done,

    /// <summary>Some documents have to wait; others can be sent meanwhile.</summary>
    Deferred,

    /// <summary>Nothing can be sent to OpenSearch at present.</summary>
    Blocked,
}
