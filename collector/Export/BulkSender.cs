using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Export;

/// <summary>Sends one bulk request and judges the answer as a whole. Several may be under way at once.</summary>
internal sealed partial class BulkSender(
    OpenSearchConnection connection, ExportSettings settings, ExportMetrics metrics, ILogger logger)
{
    // A body that broke the connection this often is too large for something on the way that does not say so.
    private const int ResetsMax = 2;

    // Smaller bodies pass everywhere; when their connection breaks, the reason is another.
    private const int SuspectBytes = 1024 * 1024;

    // A compressed body that was refused and taken plain may have been broken on the way; so many in a row were not.
    private const int GzipRefusalsMax = 2;

    // Without items.*.status the items that went well would be left out, and the others move up.
    private readonly string _path =
        $"_bulk?timeout={(int)settings.RequestTimeout.TotalSeconds / 2}s&filter_path=took,errors,items.*.status,"
        + "items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason";

    private int _gzipRefusals;

    /// <summary>Sends a body.</summary>
    public async Task<BulkOutcome> SendAsync(BulkBody body, CancellationToken token)
    {
        var compress = settings.Compress && Volatile.Read(ref _gzipRefusals) < GzipRefusalsMax;
        var outcome = await SendOnceAsync(body, compress, token);
        if (compress && outcome is { Kind: BulkOutcomeKind.Malformed } or { Status: 415 })
        {
            // OpenSearch 2.17.0 cannot read a compressed bulk request (OpenSearch#16020), some proxies want none; a
            // broken upload says the same. Plain, it shows whether the documents are at fault.
            outcome = await SendOnceAsync(body, compress: false, token);
            if (outcome.Kind == BulkOutcomeKind.Items && Interlocked.Increment(ref _gzipRefusals) == GzipRefusalsMax)
            {
                Log.SentPlain(logger);
            }
        }
        else if (compress && outcome.Kind == BulkOutcomeKind.Items)
        {
            Volatile.Write(ref _gzipRefusals, 0);
        }

        return outcome;
    }

    private async Task<BulkOutcome> SendOnceAsync(BulkBody body, bool compress, CancellationToken token)
    {
        var outcome = await SendAndJudgeAsync(body, compress, token);
        if (outcome.Failure is { } failure)
        {
            metrics.RequestsFailed[failure].Add();
        }

        return outcome;
    }

    private async Task<BulkOutcome> SendAndJudgeAsync(BulkBody body, bool compress, CancellationToken token)
    {
        var bytes = body.Body(compress);
        metrics.Requests.Add();
        metrics.BodyBytes.Add(body.Length);
        metrics.SentBytes.Add(bytes.Length);
        try
        {
            var answer = await connection.SendAsync(
                HttpMethod.Post, _path, bytes, "application/x-ndjson", compress, token);
            metrics.Answers.Add(answer.Status);
            var outcome = Judge(answer, body);
            if (outcome.Failure == ExportFailure.BadResponse)
            {
                connection.Avoid(answer.Host);
            }

            return outcome;
        }
        catch (Exception exception) when (OpenSearchConnection.IsHostFailure(exception))
        {
            if (HostFailure.IsBreak(exception) && body.Length > SuspectBytes && ++body.Resets >= ResetsMax)
            {
                return new BulkOutcome(
                    BulkOutcomeKind.Split,
                    ExportFailure.TooLarge,
                    "The connection to OpenSearch broke under a large request.");
            }

            return HostFailure.Judge(exception, settings);
        }
    }

    private static BulkOutcome Judge(HostResponse answer, BulkBody body)
    {
        if (answer.Status == 200)
        {
            var items = new List<BulkItem>(body.Documents);
            return BulkResponseReader.TryRead(answer.Body, body.Documents, items)
                ? new BulkOutcome(BulkOutcomeKind.Items, Status: 200) { Items = items }
                : new BulkOutcome(
                    BulkOutcomeKind.Retry, ExportFailure.BadResponse,
                    $"{answer.Host} gave an answer that was cut off or is not one of OpenSearch.",
                    200);
        }

        var (type, reason) = BulkResponseReader.ReadError(answer.Body);
        var said = $"{answer.Host} answered {answer.Status} {type} {reason}".TrimEnd();
        return answer.Status switch
        {
            413 => new BulkOutcome(BulkOutcomeKind.Split, ExportFailure.TooLarge, said, 413),
            429 when IsTooLargeForMemory(answer, body) =>
                new BulkOutcome(BulkOutcomeKind.Split, ExportFailure.TooLarge, said, 429),
            408 or 425 or 429 or (>= 500 and not 501) => new BulkOutcome(
                BulkOutcomeKind.Retry, ExportFailure.Unavailable, said, answer.Status, answer.RetryAfter),
            400 => new BulkOutcome(BulkOutcomeKind.Malformed, ExportFailure.Malformed, said, 400),
            401 => new BulkOutcome(
                BulkOutcomeKind.Hold,
                ExportFailure.Refused,
                $"{answer.Host} refuses the credentials (401). Check the user and the password, or the token; the "
                    + "files are read again.",
                401),
            403 => new BulkOutcome(
                BulkOutcomeKind.Hold,
                ExportFailure.Refused,
                $"{said} The user may lack rights, or the cluster is blocked.", 403),
            _ => new BulkOutcome(
                BulkOutcomeKind.Hold,
                ExportFailure.Refused,
                $"{said}. Is this the address of OpenSearch?", answer.Status),
        };
    }

    // The breaker counts a body twice; when this body alone is over its limit, waiting never helps.
    private static bool IsTooLargeForMemory(HostResponse answer, BulkBody body)
    {
        var limit = BulkResponseReader.ReadBytesLimit(answer.Body);
        return limit > 0 && body.Documents > 1 && 2L * body.Length >= limit;
    }
}
