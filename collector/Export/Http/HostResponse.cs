namespace NodeTelemetry.Collector.Export.Http;

/// <summary>The response of one host.</summary>
/// <param name="Host">The host.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The whole body.</param>
/// <param name="RetryAfter">The pause that the server requested with <c>Retry-After</c>.</param>
internal sealed record HostResponse(Uri Host, int Status, byte[] Body, TimeSpan? RetryAfter)
{
    /// <summary>Gets a value indicating whether the status is a success.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>
    /// Gets a value indicating whether this host, or a proxy in front of it, failed to process the request:
    /// the next host is tried at once.
    /// </summary>
    /// <remarks>
    /// 408 and 5xx: the host has failed. It may have processed the request, but a repetition is harmless.
    /// Any other status: the response cannot be from OpenSearch, which does not redirect, responds in JSON,
    /// and names an error. It is a page of a proxy or another program (200, 3xx, 400, 404, 405, …).
    /// </remarks>
    public bool IsFailover => Status is 408 or >= 500
        || (!IsRefused && Status is not (413 or 415) && !(IsSuccess ? IsJson : IsJson && NamesError));

    /// <summary>
    /// Gets a value indicating whether another host should be tried next time, but not at once:
    /// credentials that one host refuses are wrong for all, and trying them everywhere locks the user out.
    /// A throttled client must not turn to the next host.
    /// </summary>
    public bool IsRefused => Status is 401 or 403 or 425 or 429;

    private bool IsJson => Body.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];

    private bool NamesError => Body.AsSpan().IndexOf("\"error\""u8) >= 0;
}
