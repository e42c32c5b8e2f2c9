using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Storage.Outbox;

namespace NodeTelemetry.Collector.Export;

/// <summary>
/// Makes one attempt at a batch: what was stored leaves, what may yet be stays, poison goes to the dead letters.
/// </summary>
/// <remarks>Several batches may be attempted at once, each by one caller.</remarks>
internal sealed class BatchDeliverer(
    BulkSender sender, OutboxStore outbox, RejectedDocuments refusedDocuments, ExportMetrics metrics)
{
    // When so many requests of one document each are refused, none of them is the one bad document of its batch.
    private const int AloneRefusedMax = 3;

    // After so many good requests a larger one is tried: what refused them may have had little memory for a while.
    private const int GoodToGrow = 100;

    // Requests larger than this were refused; learnt from the server's answers.
    private long _bytesMax = long.MaxValue;
    private int _good;

    /// <summary>Sends everything of a delivery once; what became of it stands in the delivery.</summary>
    public async Task AttemptAsync(Delivery delivery, CancellationToken token)
    {
        delivery.Begin();
        var next = Step.Continue;
        for (var aloneRefused = 0; next != Step.Stop && aloneRefused < AloneRefusedMax;)
        {
            if (delivery.Bodies.First is not { } node)
            {
                break;
            }

            var body = node.Value;
            delivery.Bodies.RemoveFirst();
            if (body.Documents > 1 && body.Length > Interlocked.Read(ref _bytesMax))
            {
                PutHalves(delivery, body);
                continue;
            }

            next = await SendAsync(delivery, body, token);
            aloneRefused = next == Step.AloneRefused ? aloneRefused + 1 : aloneRefused;
        }

        foreach (var body in Enumerable.Reverse(delivery.Unfinished))
        {
            delivery.Bodies.AddFirst(body);
        }

        delivery.Unfinished.Clear();
        if (delivery.Bodies.Count == 0)
        {
            outbox.Complete(delivery.Batch);
            delivery.Outcome = DeliveryOutcome.Done;
            return;
        }

        delivery.Attempts++;
        KeepRest(delivery);
        delivery.Outcome = next == Step.Stop ? DeliveryOutcome.Blocked : DeliveryOutcome.Deferred;
    }

    private async Task<Step> SendAsync(Delivery delivery, BulkBody body, CancellationToken token)
    {
        var outcome = await sender.SendAsync(body, token);
        delivery.RetryAfter = outcome.RetryAfter;
        switch (outcome.Kind)
        {
            case BulkOutcomeKind.Items:
                Grow();
                return Sort(delivery, body, outcome.Items);
            case BulkOutcomeKind.Split or BulkOutcomeKind.Malformed when body.Documents > 1:
                if (outcome.Kind == BulkOutcomeKind.Split)
                {
                    LearnLimit(body.Length - 1);
                }

                PutHalves(delivery, body);
                return Step.Continue;
            case BulkOutcomeKind.Split or BulkOutcomeKind.Malformed:
                return refusedDocuments.SortAlone(delivery, body, outcome) ? Step.AloneRefused : Step.Continue;
            default:
                delivery.Unfinished.Add(body);
                delivery.Problem = outcome.Problem;
                delivery.IsHeld = outcome.Kind == BulkOutcomeKind.Hold;
                delivery.IsThrottled = outcome.Failure == ExportFailure.Unavailable;
                return Step.Stop;
        }
    }

    private static void PutHalves(Delivery delivery, BulkBody body)
    {
        var (first, second) = body.Halve();
        delivery.Bodies.AddFirst(second);
        delivery.Bodies.AddFirst(first);
    }

    // No batch is longer than the outbox makes them, so the limit needs none of its own.
    private void Grow()
    {
        var known = Interlocked.Read(ref _bytesMax);
        if (known <= long.MaxValue / 2 && Interlocked.Increment(ref _good) >= GoodToGrow)
        {
            Interlocked.CompareExchange(ref _bytesMax, known * 2, known);
            Volatile.Write(ref _good, 0);
        }
    }

    private void LearnLimit(long bytes)
    {
        Volatile.Write(ref _good, 0);
        for (var known = Interlocked.Read(ref _bytesMax); bytes < known;)
        {
            known = Interlocked.CompareExchange(ref _bytesMax, bytes, known);
        }
    }

    private Step Sort(Delivery delivery, BulkBody body, IReadOnlyList<BulkItem> items)
    {
        var refused = new List<int>();
        var rest = new List<int>();
        var created = 0;
        var duplicate = 0;
        for (var index = 0; index < items.Count; index++)
        {
            metrics.Items.Add(items[index].Status);
            switch (items[index].Class)
            {
                case BulkItemClass.Created:
                    created++;
                    break;
                case BulkItemClass.Duplicate:
                    duplicate++;
                    break;
                case BulkItemClass.Poison:
                    refused.Add(index);
                    break;
                default:
                    rest.Add(index);
                    break;
            }
        }

        metrics.Documents[ExportOutcome.Created].Add(created);
        metrics.Documents[ExportOutcome.Duplicate].Add(duplicate);
        refused = refusedDocuments.GiveUp(delivery, body, items, refused);
        rest = refusedDocuments.GiveUp(delivery, body, items, rest);
        metrics.DocumentsRetried.Add(rest.Count);
        if (rest.Count > 0)
        {
            Note(delivery, body, items, rest);
            delivery.Unfinished.Add(rest.Count == body.Documents ? body : body.Select(rest));
        }

        refusedDocuments.Sort(delivery, body, items, refused);

        // Not one document was taken because the server has too much to do.
        return rest.Count == items.Count && !delivery.IsHeld ? Step.Stop : Step.Continue;
    }

    private static void Note(Delivery delivery, BulkBody body, IReadOnlyList<BulkItem> items, List<int> rest)
    {
        delivery.IsIndexMissing |= rest.Exists(index => items[index].Class == BulkItemClass.IndexMissing);
        delivery.IsThrottled |= rest.Exists(index => items[index].Class == BulkItemClass.Retry);
        var held = rest.FindIndex(index => items[index].Class != BulkItemClass.Retry);
        if (held >= 0)
        {
            delivery.IsHeld = true;
            delivery.Problem = $"OpenSearch does not take documents into the index {body.Index(rest[held])}: "
                + $"{items[rest[held]].Describe()}.";
        }
        else if (!delivery.IsHeld)
        {
            delivery.Problem = $"OpenSearch puts documents off: {items[rest[0]].Describe()}.";
        }
    }

    // So that a restart does not send again, nor bury again, what is done.
    private void KeepRest(Delivery delivery)
    {
        var documents = delivery.Bodies.Sum(static body => body.Documents);
        if (documents == delivery.Batch.Documents)
        {
            return;
        }

        using var lines = new MemoryStream();
        foreach (var body in delivery.Bodies)
        {
            lines.Write(body.Lines);
        }

        delivery.Batch = outbox.Replace(
            delivery.Batch,
            delivery.Bodies.SelectMany(static body => body.Routes),
            lines.GetBuffer().AsSpan(0, (int)lines.Length));
    }

    // How an attempt goes on after a request.
    private enum Step
    {
        Continue,

        // A single document was refused, and the brake holds it.
        AloneRefused,

        // The server takes nothing at present.
        Stop,
    }
}
