namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>What the export to OpenSearch has done since the collector started.</summary>
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

    /// <summary>Gets the documents that were sent again because their item said so.</summary>
    public Counter DocumentsRetried { get; } = new();

    /// <summary>Gets the bytes of bulk bodies before compression.</summary>
    public Counter BodyBytes { get; } = new();

    /// <summary>Gets the bytes of bulk bodies as they were sent.</summary>
    public Counter SentBytes { get; } = new();

    /// <summary>Gets the states of forgotten nodes that were dropped because too many waited for OpenSearch.</summary>
    public Counter StatesDropped { get; } = new();

    /// <summary>Gets the labels that were left out of documents because there were too many different names.</summary>
    public Counter LabelsDropped { get; } = new();

    /// <summary>Gets the readings whose sender's clock was so wrong that the time of arrival was used.</summary>
    public Counter ClocksReplaced { get; } = new();
}

/// <summary>Where an exported document went.</summary>
internal enum ExportOutcome
{
    /// <summary>Into an index.</summary>
    Created,

    /// <summary>It was there already: sent before, or by another collector.</summary>
    Duplicate,

    /// <summary>OpenSearch will never take it: into the dead letters.</summary>
    DeadLetter,
}

/// <summary>Why a bulk request did not do its work.</summary>
internal enum ExportFailure
{
    /// <summary>No connection, or it broke: whether the request was applied is unknown.</summary>
    Unreachable,

    /// <summary>No answer in time.</summary>
    Timeout,

    /// <summary>The circuit to every host is open after repeated failures.</summary>
    CircuitOpen,

    /// <summary>The server has too much to do, or a passing fault: 408, 425, 429, 5xx.</summary>
    Unavailable,

    /// <summary>Credentials, rights, a block or a wrong address: only a person can repair it.</summary>
    Refused,

    /// <summary>The body is too large for the server.</summary>
    TooLarge,

    /// <summary>The server could not read the body.</summary>
    Malformed,

    /// <summary>The answer was cut off or is not one of a bulk request.</summary>
    BadResponse,
}
