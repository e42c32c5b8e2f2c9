using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Export;

/// <summary>What became of a bulk request as a whole.</summary>
internal enum BulkOutcomeKind
{
    /// <summary>It was answered document by document.</summary>
    Items,

    /// <summary>It was not done, or that is unknown: send it again.</summary>
    Retry,

    /// <summary>It was refused for a reason that a person has to repair.</summary>
    Hold,

    /// <summary>It is too large: send it in parts.</summary>
    Split,

    /// <summary>The server could not read it: send it in parts, to find the line.</summary>
    Malformed,
}

/// <summary>What became of a bulk request as a whole, and why.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Failure">The counter of the reason.</param>
/// <param name="Problem">The reason in a sentence; empty when there is none.</param>
/// <param name="Status">The HTTP status; 0 without an answer.</param>
/// <param name="RetryAfter">The pause that the server asked for.</param>
internal sealed record BulkOutcome(
    BulkOutcomeKind Kind,
    ExportFailure? Failure = null,
    string Problem = "",
    int Status = 0,
    TimeSpan? RetryAfter = null)
{
    /// <summary>Gets what the server said of each document, when it said so.</summary>
    public IReadOnlyList<BulkItem> Items { get; init; } = [];
}
