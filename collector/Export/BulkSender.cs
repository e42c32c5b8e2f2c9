using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export.Http;
using NodeTelemetry.Collector.Export.Settings;

namespace NodeTelemetry.Collector.Export;

/// <summary>Sends a bulk request and classifies its response. Several may be under way at once.</summary>
internal sealed partial class BulkSender(
    OpenSearchConnection connection, ExportSettings settings, ExportMetrics metrics, TimeProvider time,
    ILogger logger)
{
    // A body that broke the connection this often is too large for something on the way that reports no error.
    private const int ResetsMax = 2;

    // Smaller bodies pass everywhere; a broken connection then has another reason.
    private const int SuspectBytes = 1024 * 1024;

    // A compressed body that was refused and accepted plain may have been damaged on the way, but not two in a row.
    private const int GzipRefusalsMax = 2;

    // Without items.*.status, successful items would be omitted, and the others would move up.
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
            // OpenSearch 2.17.0 cannot read a compressed bulk request (OpenSearch#16020), and some proxies refuse them;
            // a damaged upload causes the same error. Sent plain, it shows whether the documents are at fault.
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
        var outcome = await SendAndClassifyAsync(body, compress, token);
        if (outcome.Failure is { } failure)
        {
            metrics.RequestsFailed[failure].Inc();
        }

        return outcome;
    }

    private async Task<BulkOutcome> SendAndClassifyAsync(BulkBody body, bool compress, CancellationToken token)
    {
        var bytes = body.Body(compress);
        metrics.Requests.Inc();
        metrics.BodyBytes.Inc(body.Length);
        metrics.SentBytes.Inc(bytes.Length);
        var started = time.GetTimestamp();
        try
        {
            var response = await connection.SendAsync(
                HttpMethod.Post, _path, bytes, "application/x-ndjson", compress, token);
            Observe(started, body);
            metrics.Responses.Inc(response.Status);
            var outcome = Classify(response, body);
            if (outcome.Failure == ExportFailure.BadResponse)
            {
                connection.Avoid(response.Host);
            }

            return outcome;
        }
        catch (Exception exception) when (OpenSearchConnection.IsHostFailure(exception))
        {
            Observe(started, body);
            if (HostFailure.IsBreak(exception) && body.Length > SuspectBytes && ++body.Resets >= ResetsMax)
            {
                return new BulkOutcome(
                    BulkOutcomeKind.Split,
                    ExportFailure.TooLarge,
                    "The connection to OpenSearch broke under a large request.");
            }

            return HostFailure.Classify(exception, settings);
        }
    }

    private void Observe(long started, BulkBody body) =>
        metrics.RequestDuration.Observe(time.GetElapsedTime(started), body, static body => body.FirstIndex);

    private static BulkOutcome Classify(HostResponse response, BulkBody body)
    {
        if (response.Status == 200)
        {
            var items = new List<BulkItem>(body.Documents);
            return BulkResponseReader.TryRead(response.Body, body.Documents, items)
                ? new BulkOutcome(BulkOutcomeKind.Items, Status: 200) { Items = items }
                : new BulkOutcome(
                    BulkOutcomeKind.Retry, ExportFailure.BadResponse,
                    $"The response of {response.Host} was cut off or is not from OpenSearch.",
                    200);
        }

        var (type, reason) = BulkResponseReader.ReadError(response.Body);
        var text = $"{response.Host} responded {response.Status} {type} {reason}".TrimEnd();
        return response.Status switch
        {
            413 => new BulkOutcome(BulkOutcomeKind.Split, ExportFailure.TooLarge, text, 413),
            429 when IsTooLargeForMemory(response, body) =>
                new BulkOutcome(BulkOutcomeKind.Split, ExportFailure.TooLarge, text, 429),
            408 or 425 or 429 or (>= 500 and not 501) => new BulkOutcome(
                BulkOutcomeKind.Retry, ExportFailure.Unavailable, text, response.Status, response.RetryAfter),
            400 => new BulkOutcome(BulkOutcomeKind.Malformed, ExportFailure.Malformed, text, 400),
            401 => new BulkOutcome(
                BulkOutcomeKind.Hold,
                ExportFailure.Refused,
                $"{response.Host} refuses the credentials (401). Check the user and the password, or the token; the "
                    + "files are read again.",
                401),
            403 => new BulkOutcome(
                BulkOutcomeKind.Hold,
                ExportFailure.Refused,
                $"{text} The user may lack rights, or the cluster is blocked.", 403),
            _ => new BulkOutcome(
                BulkOutcomeKind.Hold,
                ExportFailure.Refused,
                $"{text}. Is this the address of OpenSearch?", response.Status),
        };
    }

    // OpenSearch's memory circuit breaker counts a body twice; if this body alone exceeds it, waiting never helps.
    private static bool IsTooLargeForMemory(HostResponse response, BulkBody body)
    {
        var limit = BulkResponseReader.ReadBytesLimit(response.Body);
        return limit > 0 && body.Documents > 1 && 2L * body.Length >= limit;
    }
}
