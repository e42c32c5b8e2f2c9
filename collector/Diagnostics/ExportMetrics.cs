namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>Counters of the export to OpenSearch since the collector started.</summary>
internal sealed class ExportMetrics
{
    /// <summary>Gets the documents that left the outbox, by outcome.</summary>
    public CounterSet<ExportOutcome> Documents { get; } = new();

    /// <summary>Gets the bulk requests sent.</summary>
    public Counter Requests { get; } = new();

    /// <summary>Gets the failed bulk requests, by reason.</summary>
    public CounterSet<ExportFailure> RequestsFailed { get; } = new();

    /// <summary>Gets the responses to bulk requests, by status.</summary>
    public StatusCounters Responses { get; } = new();

    /// <summary>Gets the items of bulk responses, by status.</summary>
    public StatusCounters Items { get; } = new();

    /// <summary>Gets the documents that were sent again because of the status of their item.</summary>
    public Counter DocumentsRetried { get; } = new();

    /// <summary>Gets the bytes of bulk bodies before compression.</summary>
    public Counter BodyBytes { get; } = new();

    /// <summary>Gets the bytes of bulk bodies as they were sent.</summary>
    public Counter SentBytes { get; } = new();

    /// <summary>Gets the states of forgotten nodes that were dropped because the queue was full.</summary>
    public Counter StatesDropped { get; } = new();

    /// <summary>Gets the labels omitted from documents because of the limit of distinct names.</summary>
    public Counter LabelsDropped { get; } = new();

    /// <summary>Gets the readings whose arrival time was used because the clock of the node was wrong.</summary>
    public Counter ClocksReplaced { get; } = new();
}

/// <summary>The outcome of an exported document.</summary>
internal enum ExportOutcome
{
    /// <summary>Indexed.</summary>
    Created,

    /// <summary>Already in the index: sent before, or by another collector.</summary>
    Duplicate,

    /// <summary>Rejected permanently, and kept as a dead letter.</summary>
    DeadLetter,
}

/// <summary>Why a bulk request failed.</summary>
internal enum ExportFailure
{
    /// <summary>The connection failed or broke; whether the request was applied is unknown.</summary>
    Unreachable,

    /// <summary>Timeout.</summary>
    Timeout,

    /// <summary>The circuit to every host is open after repeated failures.</summary>
    CircuitOpen,

    /// <summary>The server is overloaded or has a transient fault: 408, 425, 429, 5xx.</summary>
    Unavailable,

    /// <summary>Credentials, permissions, a block or a wrong address: an operator must fix it.</summary>
    Refused,

    /// <summary>The body is too large for the server.</summary>
    TooLarge,

    /// <summary>The server could not read the body.</summary>
    Malformed,

    /// <summary>The response is truncated or is not a bulk response.</summary>
    BadResponse,
}
