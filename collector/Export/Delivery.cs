using NodeTelemetry.Collector.Storage.Outbox;

namespace NodeTelemetry.Collector.Export;

/// <summary>The state of a batch that is being delivered. Owned by the <see cref="OpenSearchExporter"/>.</summary>
internal sealed class Delivery(OutboxBatch batch)
{
    /// <summary>Gets the batch in the outbox, without the documents that were delivered.</summary>
    public OutboxBatch Batch { get; private set; } = batch;

    /// <summary>Gets the bodies to send: one, or more after a request was too large.</summary>
    public IReadOnlyList<BulkBody> Bodies { get; private set; } = [new BulkBody(batch)];

    /// <summary>Gets the number of attempts in a row that did not finish the batch.</summary>
    public int Attempts { get; private set; }

    /// <summary>Gets the result of the last attempt; unchanged while the next one runs.</summary>
    public DeliveryResult? Last { get; private set; }

    /// <summary>Gets when the pause before the next attempt began, as a timestamp.</summary>
    public long PausedAt { get; private set; }

    /// <summary>Gets the pause before the next attempt.</summary>
    public TimeSpan Pause { get; private set; }

    /// <summary>Gets the length of the bodies to send.</summary>
    public long BytesLeft => Bodies.Sum(static body => body.Length);

    /// <summary>Gets or sets a value indicating whether an attempt at a deferred batch is running.</summary>
    public bool IsRunning { get; set; }

    /// <summary>Takes over the result of an attempt.</summary>
    public void Apply(DeliveryResult result)
    {
        (Batch, Bodies, Last) = (result.Batch, result.Bodies, result);
        Attempts++;
    }

    /// <summary>Defers the next attempt.</summary>
    public void Defer(long now, TimeSpan pause) => (PausedAt, Pause) = (now, pause);
}
