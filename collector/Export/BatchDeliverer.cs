using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Storage;

namespace NodeTelemetry.Collector.Export;

/// <summary>
/// Makes one attempt at a batch: what was stored leaves, what may yet be stays, poison goes to the dead letters.
/// </summary>
internal sealed partial class BatchDeliverer(
    BulkSender sender,
    Outbox outbox,
    DeadLetterTable deadLetters,
    ExportMetrics metrics,
    TimeProvider time,
    ILogger logger)
{
    // The brake: so large a share of a request refused for one and the same reason is a wrong template, not bad
    // documents …
    private const double BrakeShare = 0.5;

    // … at once when it is this many documents …
    private const int BrakeDocuments = 10;

    // … and for the small requests of small clusters when it happens this often in a row.
    private const int BrakeRequests = 3;

    private int _poisonedInRow;

    // Requests larger than this were refused; learnt from the server's answers.
    private long _bytesMax = long.MaxValue;

    /// <summary>
    /// Gets a value indicating whether an index was missing and not made, so that the template should be looked after.
    /// </summary>
    public bool IsIndexMissing { get; private set; }

    /// <summary>Gets the pause that the server asked for.</summary>
    public TimeSpan? RetryAfter { get; private set; }

    /// <summary>Gets a value indicating whether the server refused the credentials.</summary>
    public bool IsUnauthorized { get; private set; }

    /// <summary>Sends everything of a delivery once.</summary>
    public async Task<DeliveryOutcome> AttemptAsync(Delivery delivery, CancellationToken token)
    {
        IsIndexMissing = false;
        IsUnauthorized = false;
        RetryAfter = null;
        delivery.IsHeld = false;
        var isBlocked = false;
        while (!isBlocked && delivery.Bodies.First is { } node)
        {
            var body = node.Value;
            delivery.Bodies.RemoveFirst();
            if (body.Documents > 1 && body.Lines.Length > _bytesMax)
            {
                PutHalves(delivery, body);
                continue;
            }

            isBlocked = !await SendAsync(delivery, body, token);
        }

        foreach (var body in Enumerable.Reverse(delivery.Unfinished))
        {
            delivery.Bodies.AddFirst(body);
        }

        var isUnfinished = delivery.Bodies.Count > 0;
        delivery.Unfinished.Clear();
        if (!isUnfinished)
        {
            outbox.Complete(delivery.Batch);
            return DeliveryOutcome.Done;
        }

        delivery.Attempts++;
        KeepRest(delivery);
        return isBlocked ? DeliveryOutcome.Blocked : DeliveryOutcome.Deferred;
    }

    // False: the server takes nothing at present.
    private async Task<bool> SendAsync(Delivery delivery, BulkBody body, CancellationToken token)
    {
        var outcome = await sender.SendAsync(body, token);
        RetryAfter = outcome.RetryAfter;
        switch (outcome.Kind)
        {
            case BulkOutcomeKind.Items:
                return Sort(delivery, body);
            case BulkOutcomeKind.Split or BulkOutcomeKind.Malformed when body.Documents > 1:
                if (outcome.Kind == BulkOutcomeKind.Split)
                {
                    _bytesMax = Math.Min(_bytesMax, body.Lines.Length - 1);
                }

                PutHalves(delivery, body);
                return true;
            case BulkOutcomeKind.Split or BulkOutcomeKind.Malformed:
                // A single document that is too long, or that breaks the whole request.
                Bury(body, 0, new BulkItem(outcome.Status, outcome.Failure.ToString(), outcome.Problem));
                return true;
            default:
                delivery.Unfinished.Add(body);
                delivery.Problem = outcome.Problem;
                delivery.IsHeld = outcome.Kind == BulkOutcomeKind.Hold;
                IsUnauthorized = outcome.Status == 401;
                return false;
        }
    }

    private static void PutHalves(Delivery delivery, BulkBody body)
    {
        var (first, second) = body.Halve();
        delivery.Bodies.AddFirst(second);
        delivery.Bodies.AddFirst(first);
    }

    // False: not one document was taken because the server has too much to do.
    private bool Sort(Delivery delivery, BulkBody body)
    {
        var items = sender.Items;
        var poison = new List<int>();
        var rest = new List<int>();
        var done = 0;
        for (var index = 0; index < items.Count; index++)
        {
            switch (items[index].Class)
            {
                case BulkItemClass.Created:
                    metrics.Documents[ExportOutcome.Created].Add();
                    done++;
                    break;
                case BulkItemClass.Duplicate:
                    metrics.Documents[ExportOutcome.Duplicate].Add();
                    done++;
                    break;
                case BulkItemClass.Poison:
                    poison.Add(index);
                    break;
                case var kind:
                    rest.Add(index);
                    Note(delivery, items[index], kind);
                    break;
            }
        }

        if (IsBraked(items, poison))
        {
            rest.AddRange(poison);
            rest.Sort();
            delivery.IsHeld = true;
            delivery.Problem =
                $"OpenSearch refuses {poison.Count} of {items.Count} documents alike ({Say(items[poison[0]])}). "
                + "That is the index or its template, not the documents: repair it, and the export goes on by itself.";
        }
        else
        {
            poison.ForEach(index => Bury(body, index, items[index]));
        }

        metrics.DocumentsRetried.Add(rest.Count);
        if (rest.Count > 0)
        {
            delivery.Unfinished.Add(rest.Count == body.Documents ? body : body.Select(rest));
        }

        return rest.Count == 0 || done > 0 || poison.Count > 0 || delivery.IsHeld;
    }

    private void Note(Delivery delivery, BulkItem item, BulkItemClass kind)
    {
        IsIndexMissing |= kind == BulkItemClass.IndexMissing;
        if (kind is BulkItemClass.Hold or BulkItemClass.IndexMissing)
        {
            delivery.IsHeld = true;
            delivery.Problem = $"OpenSearch does not take documents into an index: {Say(item)}.";
        }
        else if (!delivery.IsHeld)
        {
            delivery.Problem = $"OpenSearch puts documents off: {Say(item)}.";
        }
    }

    private bool IsBraked(List<BulkItem> items, List<int> poison)
    {
        var isAlike = poison.Count > 0 && poison.Count >= BrakeShare * items.Count
            && poison.TrueForAll(index => items[index].ErrorType == items[poison[0]].ErrorType);
        if (!isAlike)
        {
            // Only a request that went well for the most part says that it is over.
            _poisonedInRow = poison.Count == items.Count ? _poisonedInRow : 0;
            return false;
        }

        _poisonedInRow++;
        return poison.Count >= BrakeDocuments || _poisonedInRow >= BrakeRequests;
    }

    private static string Say(BulkItem item) => $"{item.Status} {item.ErrorType}, {item.ErrorReason}";

    private void Bury(BulkBody body, int index, BulkItem item)
    {
        var (action, document) = body.Split(index);
        metrics.Documents[ExportOutcome.DeadLetter].Add();
        deadLetters.Add(new DeadLetter(
            time.GetUtcNow(),
            action,
            item.Status,
            item.ErrorType ?? string.Empty,
            item.ErrorReason ?? string.Empty,
            document));
        Log.Buried(logger, action, item.Status, item.ErrorType, item.ErrorReason);
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

        delivery.Batch = outbox.Replace(delivery.Batch, documents, lines.GetBuffer().AsSpan(0, (int)lines.Length));
    }
}
