using Prometheus;

namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>Counters of the export to OpenSearch since the collector started.</summary>
/// <param name="registry">Writes them.</param>
internal sealed class ExportMetrics(MetricRegistry registry)
{
    // OpenMetrics limits the labels of an exemplar to 128 characters; names of indices have up to 255.
    private const int ExemplarLengthMax = 120;

    public CounterSet<ExportOutcome> Documents { get; } = registry.CreateCounters<ExportOutcome>(
        "export_documents_total", "Documents that left the outbox, by outcome", "outcome");

    public Counter Requests { get; } = registry.CreateCounter("export_requests_total", "Bulk requests sent");

    public TracedHistogram<string> RequestDuration { get; } = new(
        registry,
        registry.CreateHistogram(
            "export_request_duration_seconds",
            "Time from sending a bulk request until its response or its failure",
            0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60, 120),
        static index => Exemplar.From(
            Exemplar.Pair("index", index.Length > ExemplarLengthMax ? index[..ExemplarLengthMax] : index)));

    public CounterSet<ExportFailure> RequestsFailed { get; } = registry.CreateCounters<ExportFailure>(
        "export_requests_failed_total", "Bulk requests that failed", "reason");

    public StatusCounters Responses { get; } = new(
        registry.CreateCounter("export_responses_total", "Responses to bulk requests", "status"));

    public StatusCounters Items { get; } = new(
        registry.CreateCounter("export_items_total", "Responses for single documents of bulk requests", "status"));

    public Counter DocumentsRetried { get; } = registry.CreateCounter(
        "export_documents_retried_total", "Documents sent again because of the response for their item");

    public Counter BodyBytes { get; } = registry.CreateCounter(
        "export_body_bytes_total", "Bytes of bulk bodies before compression");

    public Counter SentBytes { get; } = registry.CreateCounter(
        "export_sent_bytes_total", "Bytes of bulk bodies as they were sent");

    public Counter StatesDropped { get; } = registry.CreateCounter(
        "export_states_dropped_total", "States of forgotten nodes not written because the queue was full");

    public Counter LabelsDropped { get; } = registry.CreateCounter(
        "export_labels_dropped_total", "Labels omitted from documents because of the limit of names");

    public Counter ClocksReplaced { get; } = registry.CreateCounter(
        "export_clocks_replaced_total", "Readings whose time was out of range, so the time of arrival was used");
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
