using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Export.Http;

/// <summary>The outcome of a bulk request as a whole.</summary>
internal enum BulkOutcomeKind
{
    /// <summary>The response has an item for each document.</summary>
    Items,

    /// <summary>The request was not processed, or that is unknown: send it again.</summary>
    Retry,

    /// <summary>The request was refused for a reason that the administrator has to repair.</summary>
    Hold,

    /// <summary>The request is too large: send it in parts.</summary>
    Split,

    /// <summary>The server could not parse the request: send it in parts, to find the line.</summary>
    Malformed,
}

/// <summary>The outcome of a bulk request as a whole, and the reason.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Failure">The counter of the reason.</param>
/// <param name="Problem">The reason in a sentence; empty if there is none.</param>
/// <param name="Status">The HTTP status; 0 without a response.</param>
/// <param name="RetryAfter">The pause that the server requested.</param>
internal sealed record BulkOutcome(
    BulkOutcomeKind Kind,
    ExportFailure? Failure = null,
    string Problem = "",
    int Status = 0,
    TimeSpan? RetryAfter = null)
{
    /// <summary>Gets the response for each document; empty if the request failed as a whole.</summary>
    public IReadOnlyList<BulkItem> Items { get; init; } = [];
}
