using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export.Http;
using NodeTelemetry.Collector.Storage.Outbox;

namespace NodeTelemetry.Collector.Export;

/// <summary>Rejected documents that wait for the repair of their index.</summary>
/// <param name="Body">The documents.</param>
/// <param name="Problem">Why they wait, in a sentence.</param>
internal sealed record HeldDocuments(BulkBody Body, string Problem);

/// <summary>
/// Sorts documents that OpenSearch rejects permanently: bad ones become dead letters,
/// good ones wait for the repair of their index unless the administrator has discarded its backlog.
/// The circuit breaker distinguishes them.
/// </summary>
internal sealed partial class RejectedDocuments(
    DeadLetterTable deadLetters, DiscardedIndices discarded, ExportMetrics metrics, TimeProvider time, ILogger logger)
{
    private readonly RejectionCircuitBreaker _breaker = new(time);

    /// <summary>Turns failed documents whose index has been discarded into dead letters.</summary>
    /// <param name="batchCreatedAt">When the batch was started.</param>
    /// <param name="body">The request.</param>
    /// <param name="items">The response for each of its documents.</param>
    /// <param name="failed">The documents that were not accepted.</param>
    /// <returns>Those that are not discarded.</returns>
    public List<int> Discard(
        DateTimeOffset batchCreatedAt, BulkBody body, IReadOnlyList<BulkItem> items, List<int> failed)
    {
        if (!failed.Exists(index => items[index].IsPermanent) || discarded.Read() is not { Count: > 0 } indices)
        {
            return failed;
        }

        var lost = failed.FindAll(index => items[index].IsPermanent
            && indices.TryGetValue(body.Index(index), out var until) && batchCreatedAt <= until);
        lost.ForEach(index => AddDeadLetter(body, index, items[index]));
        if (lost.Count > 0)
        {
            Log.Discarded(logger, lost.Count, items[lost[0]].Describe());
        }

        return [.. failed.Except(lost)];
    }

    /// <summary>Sorts the rejected documents of a request whose response has an item for each document.</summary>
    /// <returns>Those that wait; <see langword="null"/> if none does.</returns>
    public HeldDocuments? Sort(BulkBody body, IReadOnlyList<BulkItem> items, IReadOnlyList<int> rejected)
    {
        if (rejected.Count == 0 && !_breaker.IsTracking)
        {
            return null;
        }

        var accepted = Enumerable.Range(0, items.Count)
            .Where(index => items[index].Class is BulkItemClass.Created or BulkItemClass.Duplicate)
            .CountBy(body.Index)
            .ToDictionary();
        foreach (var (index, documents) in accepted)
        {
            _breaker.OnAccepted(index, documents);
        }

        var held = new List<int>();
        var evidence = new Dictionary<Rejection, RejectionEvidence>();
        foreach (var group in rejected.GroupBy(
            document => new Rejection(body.Index(document), items[document].ErrorType ?? string.Empty)))
        {
            var found = _breaker.Evaluate(
                group.Key,
                accepted.GetValueOrDefault(group.Key.Index),
                group.Count(),
                body.Evidence.GetValueOrDefault(group.Key));
            if (found is null)
            {
                foreach (var document in group)
                {
                    Reject(body, document, items[document]);
                }
            }
            else
            {
                held.AddRange(group);
                evidence.Add(group.Key, found);
            }
        }

        if (held.Count == 0)
        {
            return null;
        }

        held.Sort();
        var waiting = held.Count == body.Documents ? body : body.Select(held);
        waiting.Evidence = evidence;
        return new HeldDocuments(
            waiting,
            $"OpenSearch rejects {held.Count} of {items.Count} documents ({items[held[0]].Describe()}). The cause is "
                + $"the index {body.Index(held[0])} or its template rather than the documents, so none is discarded. "
                + "Repair it, and the export continues automatically.");
    }

    /// <summary>Sorts the only document of a request that is too large or cannot be parsed.</summary>
    /// <returns>The document if it waits, else <see langword="null"/>.</returns>
    public HeldDocuments? SortAlone(DateTimeOffset batchCreatedAt, BulkBody body, BulkOutcome outcome)
    {
        var item = new BulkItem(outcome.Status, outcome.Failure.ToString(), outcome.Problem);
        if (Discard(batchCreatedAt, body, [item], [0]).Count == 0)
        {
            return null;
        }

        var rejection = new Rejection(string.Empty, item.ErrorType!);
        var earlier = body.Evidence.GetValueOrDefault(rejection);
        if (_breaker.Evaluate(rejection, accepted: 0, rejected: 1, earlier) is not { } evidence)
        {
            Reject(body, 0, item);
            return null;
        }

        body.Evidence = new Dictionary<Rejection, RejectionEvidence> { [rejection] = evidence };
        return new HeldDocuments(
            body,
            $"OpenSearch rejects a request of one document ({item.Describe()}). It is not discarded before other "
                + "documents are accepted.");
    }

    private void Reject(BulkBody body, int index, BulkItem item)
    {
        AddDeadLetter(body, index, item);
        Log.Rejected(logger, body.Split(index).Action, item.Status, item.ErrorType, item.ErrorReason);
    }

    private void AddDeadLetter(BulkBody body, int index, BulkItem item)
    {
        var (action, document) = body.Split(index);
        metrics.Documents[ExportOutcome.DeadLetter].Inc();
        deadLetters.Add(new DeadLetter(
            time.GetUtcNow(),
            action,
            item.Status,
            item.ErrorType ?? string.Empty,
            item.ErrorReason ?? string.Empty,
            document));
    }
}
