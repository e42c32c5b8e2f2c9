namespace NodeTelemetry.Collector.Export;

/// <summary>What one host answered.</summary>
/// <param name="Host">Which.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The whole body.</param>
/// <param name="RetryAfter">What the server asked for with <c>Retry-After</c>.</param>
internal sealed record HostResponse(Uri Host, int Status, byte[] Body, TimeSpan? RetryAfter)
{
    /// <summary>Gets a value indicating whether the status is one of success.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>
    /// Gets a value indicating whether this host, or what stands before it, did not even look at the request, so that
    /// another may do it at once.
    /// </summary>
    /// <remarks>
    /// 408 and 5xx: the host is not well. It may have done what it was asked; done twice is no harm. Else what
    /// OpenSearch never says: it redirects nothing, answers in JSON, and names an error. That is a proxy's or another
    /// program's page (200, 3xx, 400, 404, 405, …).
    /// </remarks>
    public bool IsHostUnwell => Status is 408 or >= 500
        || (!IsRefused && Status is not (413 or 415) && !(IsSuccess ? IsJson : IsJson && NamesError));

    /// <summary>
    /// Gets a value indicating whether another host should be asked, but not at once: a user that is wrong at one host
    /// is wrong at all, and who tries him everywhere locks him out; and who is told to slow down does not turn to the
    /// next.
    /// </summary>
    public bool IsRefused => Status is 401 or 403 or 425 or 429;

    private bool IsJson => Body.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];

    private bool NamesError => Body.AsSpan().IndexOf("\"error\""u8) >= 0;
}
