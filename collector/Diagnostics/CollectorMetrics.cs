using System.Globalization;
using NodeTelemetry.Protocol.Readings;
using Prometheus;

namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>The counters and histograms of the collector. METRICS.md lists them.</summary>
/// <param name="registry">Writes them.</param>
internal sealed class CollectorMetrics(MetricRegistry registry)
{
    /// <summary>Initializes a new instance of the <see cref="CollectorMetrics"/> class with its own registry.</summary>
    public CollectorMetrics()
        : this(new MetricRegistry())
    {
    }

    public Counter DatagramsReceived { get; } = registry.CreateCounter(
        "datagrams_received_total", "Datagrams received, valid or not");

    public Counter DatagramsAccepted { get; } = registry.CreateCounter(
        "datagrams_accepted_total", "Datagrams that were accepted");

    public Counter DatagramsDuplicate { get; } = registry.CreateCounter(
        "datagrams_duplicate_total", "Datagrams that had been accepted before");

    public CounterSet<RejectReason> DatagramsRejected { get; } = registry.CreateCounters<RejectReason>(
        "datagrams_rejected_total", "Datagrams rejected", "reason");

    public CounterSet<DropReason> DatagramsDropped { get; } = registry.CreateCounters<DropReason>(
        "datagrams_dropped_total", "Datagrams lost on this machine before they were read", "reason");

    public Counter ReceiveErrors { get; } = registry.CreateCounter(
        "receive_errors_total", "Failed attempts to receive");

    public Counter NodesEvicted { get; } = registry.CreateCounter(
        "nodes_evicted_total", "Silent nodes forgotten early to make room for new ones");

    public Counter InterfaceListsTorn { get; } = registry.CreateCounter(
        "interface_lists_torn_total", "Interface scans that failed because an interface changed during the scan");

    public Counter ChallengesReceived { get; } = registry.CreateCounter(
        "challenges_received_total", "Cookies received from agents without keys");

    public Counter CookiesRequested { get; } = registry.CreateCounter(
        "cookie_requests_sent_total", "Requests for a new cookie before the last one expires");

    public Counter ProbesSent { get; } = registry.CreateCounter("probes_sent_total", "Probes sent to nodes");

    public Counter ProbesFailed { get; } = registry.CreateCounter(
        "probes_failed_total", "Probes that the system refused to send");

    public Counter ProbesSuppressed { get; } = registry.CreateCounter(
        "probes_suppressed_total", "Probes not sent because of the limit per second");

    public Counter RepairRequestsSent { get; } = registry.CreateCounter(
        "repair_requests_sent_total", "Repair requests sent for missing samples");

    public Counter RepairRequestsFailed { get; } = registry.CreateCounter(
        "repair_requests_failed_total", "Repair requests that the system refused to send");

    public Counter DisplayUpdatesSent { get; } = registry.CreateCounter(
        "display_updates_sent_total", "Alert levels sent to nodes with a display");

    public Counter DisplayUpdatesFailed { get; } = registry.CreateCounter(
        "display_updates_failed_total", "Alert levels that the system refused to send");

    public Counter LiveEventsSkipped { get; } = registry.CreateCounter(
        "live_events_skipped_total", "Times that a slow browser was sent the whole state instead of changes");

    public CounterSet<HttpRefusal> LiveSubscribersRefused { get; } = registry.CreateCounters<HttpRefusal>(
        "live_subscribers_refused_total", "Live streams refused", "reason");

    public CounterSet<HttpRefusal> ConnectionsRefused { get; } = registry.CreateCounters<HttpRefusal>(
        "connections_refused_total", "HTTP connections refused", "reason");

    public Histogram LiveUpdateDuration { get; } = registry.CreateHistogram(
        "live_update_duration_seconds",
        "Time to compose an update of the live page and to queue it for every browser",
        0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1);

    public TracedHistogram<SampleHeader> ApplyDuration { get; } = new(
        registry,
        registry.CreateHistogram(
            "datagram_apply_duration_seconds",
            "Time from the arrival of an accepted datagram until it was applied",
            0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
        static header => Exemplar.From(
            Exemplar.Pair("node", header.Node),
            Exemplar.Pair("seq", header.Sequence.ToString(CultureInfo.InvariantCulture))));

    public StorageMetrics Storage { get; } = new(registry);

    public AlertMetrics Alerts { get; } = new(registry);

    public ExportMetrics Export { get; } = new(registry);

    /// <summary>Gets the registry, which writes all of them.</summary>
    public MetricRegistry Registry { get; } = registry;
}
