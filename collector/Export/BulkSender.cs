using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Export;

/// <summary>Sends one bulk request and judges the answer as a whole.</summary>
internal sealed class BulkSender(OpenSearchConnection connection, ExportSettings settings, ExportMetrics metrics)
{
    // A body that broke the connection this often is too large for something on the way that does not say so.
    private const int ResetsMax = 2;

    // Smaller bodies pass everywhere; when their connection breaks, the reason is another.
    private const int SuspectBytes = 1024 * 1024;

    // Without items.*.status the items that went well would be left out, and the others move up.
    private readonly string _path =
        $"_bulk?timeout={(int)settings.RequestTimeout.TotalSeconds / 2}s&filter_path=took,errors,items.*.status,"
        + "items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason";

    private bool _compress = settings.Compress;

    /// <summary>Gets what the server said of each document in the last request, when it said so.</summary>
    public List<BulkItem> Items { get; } = [];

    /// <summary>Sends a body.</summary>
    public async Task<BulkOutcome> SendAsync(BulkBody body, CancellationToken token)
    {
        var outcome = await SendOnceAsync(body, token);
        if (outcome.Kind == BulkOutcomeKind.Malformed && _compress)
        {
            // OpenSearch 2.17.0 cannot read a compressed bulk request (OpenSearch#16020); a broken upload says the
            // same.
            _compress = false;
            outcome = await SendOnceAsync(body, token);
        }

        if (outcome.Failure is { } failure)
        {
            metrics.RequestsFailed[failure].Add();
        }

        return outcome;
    }

    private async Task<BulkOutcome> SendOnceAsync(BulkBody body, CancellationToken token)
    {
        var bytes = body.Body(_compress);
        metrics.Requests.Add();
        metrics.BodyBytes.Add(body.Lines.Length);
        metrics.SentBytes.Add(bytes.Length);
        try
        {
            var answer = await connection.SendAsync(
                HttpMethod.Post, _path, bytes, "application/x-ndjson", _compress, token);
            return Judge(answer, body);
        }
        catch (Exception exception) when (OpenSearchConnection.IsHostFailure(exception))
        {
            if (HostFailure.IsBreak(exception) && body.Lines.Length > SuspectBytes && ++body.Resets >= ResetsMax)
            {
                return new BulkOutcome(
                    BulkOutcomeKind.Split,
                    ExportFailure.TooLarge,
                    "The connection to OpenSearch broke under a large request.");
            }

            return HostFailure.Judge(exception, settings);
        }
    }

    private BulkOutcome Judge(HostAnswer answer, BulkBody body)
    {
        if (answer.Status == 200)
        {
            return BulkResponseReader.TryRead(answer.Body, body.Documents, Items)
                ? new BulkOutcome(BulkOutcomeKind.Items, Status: 200)
                : new BulkOutcome(
                    BulkOutcomeKind.Retry, ExportFailure.BadAnswer,
                    $"{answer.Host} gave an answer that was cut off or is not one of OpenSearch.",
                    200);
        }

        var (type, reason) = BulkResponseReader.ReadError(answer.Body);
        var said = $"{answer.Host} answered {answer.Status} {type} {reason}".TrimEnd();
        switch (answer.Status)
        {
            case 413:
                return new BulkOutcome(BulkOutcomeKind.Split, ExportFailure.TooLarge, said, 413);
            case 429 when IsTooLargeForMemory(answer, body):
                return new BulkOutcome(BulkOutcomeKind.Split, ExportFailure.TooLarge, said, 429);
            case 408 or 425 or 429 or 500 or 502 or 503 or 504:
                return new BulkOutcome(
                    BulkOutcomeKind.Retry, ExportFailure.Unavailable, said, answer.Status, answer.RetryAfter);
            case 400:
                return new BulkOutcome(BulkOutcomeKind.Malformed, ExportFailure.Malformed, said, 400);
            case 401:
                return new BulkOutcome(
                    BulkOutcomeKind.Hold,
                    ExportFailure.Refused,
                    $"{answer.Host} refuses user or password (401). Check both.", 401);
            case 403:
                return new BulkOutcome(
                    BulkOutcomeKind.Hold,
                    ExportFailure.Refused,
                    $"{said} The user may lack rights, or the cluster is blocked.", 403);
            default:
                return new BulkOutcome(
                    BulkOutcomeKind.Hold,
                    ExportFailure.Refused,
                    $"{said}. Is this the address of OpenSearch?", answer.Status);
        }
    }

    // The breaker counts a body twice; when this body alone is over its limit, waiting never helps.
    private static bool IsTooLargeForMemory(HostAnswer answer, BulkBody body)
    {
        var limit = BulkResponseReader.ReadBytesLimit(answer.Body);
        return limit > 0 && body.Documents > 1 && 2L * body.Lines.Length >= limit;
    }
}
