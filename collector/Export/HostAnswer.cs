namespace NodeTelemetry.Collector.Export;

/// <summary>What one host answered.</summary>
/// <param name="Host">Which.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The whole body.</param>
/// <param name="RetryAfter">What the server asked for with <c>Retry-After</c>.</param>
internal sealed record HostAnswer(Uri Host, int Status, byte[] Body, TimeSpan? RetryAfter)
{
    /// <summary>Gets a value indicating whether the status is one of success.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>
    /// Gets a value indicating whether this host, or what stands before it, is not well, so that another may be.
    /// </summary>
    public bool IsHostUnwell => Status is 502 or 503 or 504;
}
