using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export.Http;
using NodeTelemetry.Collector.Storage.Outbox;

namespace NodeTelemetry.Collector.Export;

/// <summary>
/// Attempts once to deliver a batch.
/// Stored documents leave the outbox, retryable ones stay, bad ones become dead letters.
/// </summary>
/// <remarks>Several batches may be attempted at once, each by one caller.</remarks>
internal sealed class BatchDeliverer(
    BulkSender sender, OutboxStore outbox, RejectedDocuments rejectedDocuments, ExportMetrics metrics)
{
    // When this many requests of one document each are rejected, none of them is the one bad document of its batch.
    private const int AloneRejectedMax = 3;

    // After this many accepted requests a larger one is tried: the server may have been short of memory for a while.
    private const int AcceptedToGrow = 100;

    // Larger requests were rejected; learnt from the server's responses.
    private long _bytesMax = long.MaxValue;
    private int _accepted;

    /// <summary>Sends each body of a batch once.</summary>
    public async Task<DeliveryResult> AttemptAsync(
        OutboxBatch batch, IReadOnlyList<BulkBody> bodies, CancellationToken token)
    {
        var attempt = new Attempt(batch, bodies);
        for (var aloneRejected = 0; !attempt.IsBlocked && aloneRejected < AloneRejectedMax;)
        {
            if (attempt.Waiting.First is not { } node)
            {
                break;
            }

            var body = node.Value;
            attempt.Waiting.RemoveFirst();
            if (body.Documents > 1 && body.Length > Interlocked.Read(ref _bytesMax))
            {
                attempt.Split(body);
            }
            else if (await SendAsync(attempt, body, token))
            {
                aloneRejected++;
            }
        }

        return Finish(attempt);
    }

    // Returns whether a single document was rejected and has to wait.
    private async Task<bool> SendAsync(Attempt attempt, BulkBody body, CancellationToken token)
    {
        var outcome = await sender.SendAsync(body, token);
        attempt.RetryAfter = outcome.RetryAfter;
        switch (outcome.Kind)
        {
            case BulkOutcomeKind.Items:
                Grow();
                Sort(attempt, body, outcome.Items);
                return false;
            case BulkOutcomeKind.Split or BulkOutcomeKind.Malformed when body.Documents > 1:
                if (outcome.Kind == BulkOutcomeKind.Split)
                {
                    LearnLimit(body.Length - 1);
                }

                attempt.Split(body);
                return false;
            case BulkOutcomeKind.Split or BulkOutcomeKind.Malformed:
                return attempt.Hold(rejectedDocuments.SortAlone(attempt.Batch.CreatedAt, body, outcome));
            default:
                attempt.Unfinished.Add(body);
                attempt.IsBlocked = true;
                attempt.IsHeld = outcome.Kind == BulkOutcomeKind.Hold;
                attempt.IsThrottled = outcome.Failure == ExportFailure.Unavailable;
                attempt.Problem = outcome.Problem;
                return false;
        }
    }

    // The outbox limits the length of a batch, so the learnt limit needs no maximum.
    private void Grow()
    {
        var current = Interlocked.Read(ref _bytesMax);
        if (current <= long.MaxValue / 2 && Interlocked.Increment(ref _accepted) >= AcceptedToGrow)
        {
            Interlocked.CompareExchange(ref _bytesMax, current * 2, current);
            Volatile.Write(ref _accepted, 0);
        }
    }

    private void LearnLimit(long bytes)
    {
        Volatile.Write(ref _accepted, 0);
        for (var current = Interlocked.Read(ref _bytesMax); bytes < current;)
        {
            current = Interlocked.CompareExchange(ref _bytesMax, bytes, current);
        }
    }

    private void Sort(Attempt attempt, BulkBody body, IReadOnlyList<BulkItem> items)
    {
        var rejected = new List<int>();
        var retryable = new List<int>();
        var created = 0;
        var duplicate = 0;
        for (var index = 0; index < items.Count; index++)
        {
            metrics.Items.Inc(items[index].Status);
            switch (items[index].Class)
            {
                case BulkItemClass.Created:
                    created++;
                    break;
                case BulkItemClass.Duplicate:
                    duplicate++;
                    break;
                case BulkItemClass.Rejected:
                    rejected.Add(index);
                    break;
                default:
                    retryable.Add(index);
                    break;
            }
        }

        metrics.Documents[ExportOutcome.Created].Inc(created);
        metrics.Documents[ExportOutcome.Duplicate].Inc(duplicate);
        var createdAt = attempt.Batch.CreatedAt;
        rejected = rejectedDocuments.Discard(createdAt, body, items, rejected);
        retryable = rejectedDocuments.Discard(createdAt, body, items, retryable);
        metrics.DocumentsRetried.Inc(retryable.Count);
        if (retryable.Count > 0)
        {
            attempt.Retry(body, items, retryable);
        }

        attempt.Hold(rejectedDocuments.Sort(body, items, rejected));

        // Not one document was accepted, because the server is overloaded.
        attempt.IsBlocked = retryable.Count == items.Count && !attempt.IsHeld;
    }

    private DeliveryResult Finish(Attempt attempt)
    {
        BulkBody[] bodies = [.. attempt.Unfinished, .. attempt.Waiting];
        if (bodies.Length == 0)
        {
            outbox.Complete(attempt.Batch);
        }

        return new DeliveryResult
        {
            Outcome = bodies.Length == 0 ? DeliveryOutcome.Done
                : attempt.IsBlocked ? DeliveryOutcome.Blocked
                : DeliveryOutcome.Deferred,
            Batch = bodies.Length == 0 ? attempt.Batch : KeepRest(attempt.Batch, bodies),
            Bodies = bodies,
            IsHeld = attempt.IsHeld,
            IsThrottled = attempt.IsThrottled,
            IsIndexMissing = attempt.IsIndexMissing,
            RetryAfter = attempt.RetryAfter,
            Problem = attempt.Problem,
        };
    }

    // After a restart, delivered documents are not sent again, and dead letters are not listed again.
    private OutboxBatch KeepRest(OutboxBatch batch, BulkBody[] bodies)
    {
        if (bodies.Sum(static body => body.Documents) == batch.Documents)
        {
            return batch;
        }

        using var lines = new MemoryStream();
        foreach (var body in bodies)
        {
            lines.Write(body.Lines);
        }

        return outbox.Replace(
            batch,
            bodies.SelectMany(static body => body.Routes),
            lines.GetBuffer().AsSpan(0, (int)lines.Length));
    }

    // The state of one attempt.
    private sealed class Attempt(OutboxBatch batch, IReadOnlyList<BulkBody> bodies)
    {
        public OutboxBatch Batch => batch;

        public LinkedList<BulkBody> Waiting { get; } = new(bodies);

        public List<BulkBody> Unfinished { get; } = [];

        public bool IsBlocked { get; set; }

        public bool IsHeld { get; set; }

        public bool IsThrottled { get; set; }

        public bool IsIndexMissing { get; private set; }

        public TimeSpan? RetryAfter { get; set; }

        public string Problem { get; set; } = string.Empty;

        public void Split(BulkBody body)
        {
            var (first, second) = body.Halve();
            Waiting.AddFirst(second);
            Waiting.AddFirst(first);
        }

        public void Retry(BulkBody body, IReadOnlyList<BulkItem> items, List<int> documents)
        {
            Unfinished.Add(documents.Count == body.Documents ? body : body.Select(documents));
            IsIndexMissing |= documents.Exists(index => items[index].Class == BulkItemClass.IndexMissing);
            IsThrottled |= documents.Exists(index => items[index].Class == BulkItemClass.Retry);
            var held = documents.FindIndex(index => items[index].Class != BulkItemClass.Retry);
            if (held >= 0)
            {
                IsHeld = true;
                Problem = $"OpenSearch does not accept documents into the index {body.Index(documents[held])}: "
                    + $"{items[documents[held]].Describe()}.";
            }
            else if (!IsHeld)
            {
                Problem = $"OpenSearch defers documents: {items[documents[0]].Describe()}.";
            }
        }

        // Returns whether any documents are held.
        public bool Hold(HeldDocuments? held)
        {
            if (held is null)
            {
                return false;
            }

            Unfinished.Add(held.Body);
            IsHeld = true;
            Problem = held.Problem;
            return true;
        }
    }
}
