using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Storage.Outbox;

namespace NodeTelemetry.Collector.Export;

/// <summary>
/// What becomes of documents that OpenSearch refuses for good: bad ones become dead letters, good ones wait for the
/// repair of their index, unless a person has given them up; the brake tells which they are.
/// </summary>
internal sealed partial class RejectedDocuments(
    DeadLetterTable deadLetters, DiscardedIndices givenUp, ExportMetrics metrics, TimeProvider time, ILogger logger)
{
    private readonly RejectionCircuitBreaker _brake = new(time);

    /// <summary>Buries those of a request that a person has given up.</summary>
    /// <param name="delivery">The batch.</param>
    /// <param name="body">The request.</param>
    /// <param name="items">What was said of each of its documents.</param>
    /// <param name="refused">Which were refused.</param>
    /// <returns>Which of those are not given up.</returns>
    public List<int> GiveUp(Delivery delivery, BulkBody body, IReadOnlyList<BulkItem> items, List<int> refused)
    {
        if (!refused.Exists(index => items[index].IsForGood) || givenUp.Read() is not { Count: > 0 } indices)
        {
            return refused;
        }

        var lost = refused.FindAll(index => items[index].IsForGood
            && indices.TryGetValue(body.Index(index), out var until) && delivery.Batch.CreatedAt <= until);
        lost.ForEach(index => Bury(body, index, items[index]));
        if (lost.Count > 0)
        {
            Log.GivenUp(logger, lost.Count, items[lost[0]].Describe());
        }

        return [.. refused.Except(lost)];
    }

    /// <summary>Sorts those of a request that was answered document by document.</summary>
    public void Sort(Delivery delivery, BulkBody body, IReadOnlyList<BulkItem> items, IReadOnlyList<int> refused)
    {
        if (refused.Count == 0 && !_brake.IsWatching)
        {
            return;
        }

        var taken = Enumerable.Range(0, items.Count)
            .Where(index => items[index].Class is BulkItemClass.Created or BulkItemClass.Duplicate)
            .CountBy(body.Index)
            .ToDictionary();
        foreach (var (index, documents) in taken)
        {
            _brake.OnAccepted(index, documents);
        }

        var held = new List<int>();
        var suspicions = new Dictionary<Rejection, RejectionEvidence>();
        foreach (var group in refused.GroupBy(
            document => new Rejection(body.Index(document), items[document].ErrorType ?? string.Empty)))
        {
            var suspicion = _brake.Judge(
                group.Key,
                taken.GetValueOrDefault(group.Key.Index),
                group.Count(),
                body.Evidence.GetValueOrDefault(group.Key));
            if (suspicion is null)
            {
                foreach (var document in group)
                {
                    BuryBad(body, document, items[document]);
                }

                continue;
            }

            held.AddRange(group);
            suspicions.Add(group.Key, suspicion);
        }

        if (held.Count > 0)
        {
            held.Sort();
            Hold(delivery, held.Count == body.Documents ? body : body.Select(held), suspicions);
            delivery.Problem = $"OpenSearch refuses {held.Count} of {items.Count} documents "
                + $"({items[held[0]].Describe()}). That is the index {body.Index(held[0])} or its template rather than "
                + "the documents: nothing is given up. Repair it, and the export goes on by itself.";
        }
    }

    /// <summary>Sorts a document that is too long for a request, or breaks it, although it is the only one.</summary>
    /// <returns>Whether it waits.</returns>
    public bool SortAlone(Delivery delivery, BulkBody body, BulkOutcome outcome)
    {
        var item = new BulkItem(outcome.Status, outcome.Failure.ToString(), outcome.Problem);
        if (GiveUp(delivery, body, [item], [0]).Count == 0)
        {
            return false;
        }

        var refusal = new Rejection(string.Empty, item.ErrorType!);
        var before = body.Evidence.GetValueOrDefault(refusal);
        if (_brake.Judge(refusal, taken: 0, refused: 1, before) is not { } suspicion)
        {
            BuryBad(body, 0, item);
            return false;
        }

        Hold(delivery, body, new Dictionary<Rejection, RejectionEvidence> { [refusal] = suspicion });
        delivery.Problem = $"OpenSearch refuses a request of one document ({item.Describe()}). Nothing is given up "
            + "before others are taken.";
        return true;
    }

    private static void Hold(
        Delivery delivery, BulkBody body, IReadOnlyDictionary<Rejection, RejectionEvidence> suspicions)
    {
        body.Evidence = suspicions;
        delivery.Unfinished.Add(body);
        delivery.IsHeld = true;
    }

    private void BuryBad(BulkBody body, int index, BulkItem item)
    {
        Bury(body, index, item);
        Log.Buried(logger, body.Split(index).Action, item.Status, item.ErrorType, item.ErrorReason);
    }

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
    }
}
