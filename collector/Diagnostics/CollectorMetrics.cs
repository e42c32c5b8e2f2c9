namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>The counters of the collector. METRICS.md describes each.</summary>
internal sealed class CollectorMetrics
{
    /// <summary>Gets the datagrams received, valid or not.</summary>
    public Counter DatagramsReceived { get; } = new();

    /// <summary>Gets the datagrams that were accepted.</summary>
    public Counter DatagramsAccepted { get; } = new();

    /// <summary>Gets the datagrams that had been accepted before.</summary>
    public Counter DatagramsDuplicate { get; } = new();

    /// <summary>Gets the rejected datagrams.</summary>
    public CounterSet<RejectReason> DatagramsRejected { get; } = new();

    /// <summary>Gets the datagrams dropped on this machine before they were decoded.</summary>
    public CounterSet<DropReason> DatagramsDropped { get; } = new();

    /// <summary>Gets the receive errors.</summary>
    public Counter ReceiveErrors { get; } = new();

    /// <summary>Gets the silent nodes evicted to make room for new ones.</summary>
    public Counter NodesEvicted { get; } = new();

    /// <summary>Gets the sweeps that were skipped because the previous one overran.</summary>
    public Counter SweepsSkipped { get; } = new();

    /// <summary>Gets the interface scans that failed because an interface changed during the scan.</summary>
    public Counter InterfaceListsTorn { get; } = new();

    /// <summary>Gets the probes that were sent to nodes.</summary>
    public Counter ProbesSent { get; } = new();

    /// <summary>Gets the probes that the system refused to send.</summary>
    public Counter ProbesFailed { get; } = new();

    /// <summary>Gets the probes that were not sent because of the limit per second.</summary>
    public Counter ProbesSuppressed { get; } = new();

    /// <summary>Gets the repair requests sent.</summary>
    public Counter RepairRequestsSent { get; } = new();

    /// <summary>Gets the repair requests that the system refused to send.</summary>
    public Counter RepairRequestsFailed { get; } = new();

    /// <summary>Gets the alert levels sent to nodes with a display.</summary>
    public Counter DisplayUpdatesSent { get; } = new();

    /// <summary>Gets the alert levels that the system refused to send.</summary>
    public Counter DisplayUpdatesFailed { get; } = new();

    /// <summary>Gets the times that a slow browser was sent the complete state instead of updates.</summary>
    public Counter LiveEventsSkipped { get; } = new();

    /// <summary>Gets the browsers refused because of the limit of live streams.</summary>
    public Counter LiveSubscribersRefused { get; } = new();

    /// <summary>Gets the database's counters.</summary>
    public StorageMetrics Storage { get; } = new();

    /// <summary>Gets the counters of alerts.</summary>
    public AlertMetrics Alerts { get; } = new();

    /// <summary>Gets the export's counters.</summary>
    public ExportMetrics Export { get; } = new();
}
