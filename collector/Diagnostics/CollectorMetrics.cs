namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>
/// The counters that everyone may add to. Uses nothing else of the collector. METRICS.md says what each means.
/// </summary>
internal sealed class CollectorMetrics
{
    /// <summary>Gets the datagrams that arrived, whatever they held.</summary>
    public Counter DatagramsReceived { get; } = new();

    /// <summary>Gets the datagrams that were accepted.</summary>
    public Counter DatagramsAccepted { get; } = new();

    /// <summary>Gets the datagrams that had been accepted before.</summary>
    public Counter DatagramsDuplicate { get; } = new();

    /// <summary>Gets the datagrams that were refused.</summary>
    public CounterSet<RejectReason> DatagramsRejected { get; } = new();

    /// <summary>Gets the datagrams that were lost on this machine before anyone had read them.</summary>
    public CounterSet<DropReason> DatagramsDropped { get; } = new();

    /// <summary>Gets the failed attempts to receive.</summary>
    public Counter ReceiveErrors { get; } = new();

    /// <summary>Gets the silent nodes that were forgotten early to make room for new ones.</summary>
    public Counter NodesEvicted { get; } = new();

    /// <summary>Gets the looks for silent nodes that were left out, because the one before took too long.</summary>
    public Counter SweepsSkipped { get; } = new();

    /// <summary>Gets the looks at the interfaces that failed because some came or went meanwhile.</summary>
    public Counter InterfaceListsTorn { get; } = new();

    /// <summary>Gets the probes that were sent to nodes.</summary>
    public Counter ProbesSent { get; } = new();

    /// <summary>Gets the probes that the system refused to send.</summary>
    public Counter ProbesFailed { get; } = new();

    /// <summary>Gets the probes that were not sent because as many as are allowed had been within the second.</summary>
    public Counter ProbesSuppressed { get; } = new();

    /// <summary>Gets the requests for samples that had not come.</summary>
    public Counter RepairRequestsSent { get; } = new();

    /// <summary>Gets the requests for samples that the system refused to send.</summary>
    public Counter RepairRequestsFailed { get; } = new();

    /// <summary>Gets the messages to nodes with a display on how their alerts stand.</summary>
    public Counter DisplayUpdatesSent { get; } = new();

    /// <summary>Gets those messages that the system refused to send.</summary>
    public Counter DisplayUpdatesFailed { get; } = new();

    /// <summary>Gets the times that a browser could not keep up and was sent the whole state instead.</summary>
    public Counter LiveEventsSkipped { get; } = new();

    /// <summary>Gets the browsers that were refused because as many as are allowed were listening.</summary>
    public Counter LiveSubscribersRefused { get; } = new();

    /// <summary>Gets the database's counters.</summary>
    public StorageMetrics Storage { get; } = new();

    /// <summary>Gets the counters of alerts.</summary>
    public AlertMetrics Alerts { get; } = new();

    /// <summary>Gets the export's counters.</summary>
    public ExportMetrics Export { get; } = new();
}
