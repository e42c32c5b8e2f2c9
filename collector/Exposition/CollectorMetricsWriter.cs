using System.Globalization;
using System.Text;
using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Exposition;

/// <summary>Writes the collector's own metrics: <c>nodetelemetry_collector_…</c>.</summary>
internal sealed class CollectorMetricsWriter
{
    private const string Prefix = "nodetelemetry_collector_";

    private readonly List<Action<PrometheusWriter>> _families = [];

    /// <summary>Initializes a new instance of the <see cref="CollectorMetricsWriter"/> class.</summary>
    /// <param name="metrics">The counters.</param>
    /// <param name="gauges">Values that are read at scrape time.</param>
    /// <param name="version">The collector's version.</param>
    /// <param name="sets">The same with labels.</param>
    public CollectorMetricsWriter(
        CollectorMetrics metrics, IReadOnlyList<Gauge> gauges, string version, params IReadOnlyList<GaugeSet> sets)
    {
        _families.Add(writer =>
        {
            writer.Family(Prefix + "build_info", "gauge", "The collector's version; the value is always 1");
            writer.Sample(Prefix + "build_info").Label("version", version).Value(1);
        });
        AddIngest(metrics);
        AddStorage(metrics.Storage);
        AddExport(metrics.Export);
        AddAlerts(metrics.Alerts);
        Add(
            "live_events_skipped_total",
            "Times that a slow browser was sent the whole state instead of changes",
            metrics.LiveEventsSkipped);
        Add(
            "live_subscribers_refused_total",
            "Browsers refused because the limit of live pages was reached",
            metrics.LiveSubscribersRefused);
        foreach (var gauge in gauges)
        {
            _families.Add(writer => Write(writer, gauge));
        }

        foreach (var set in sets)
        {
            _families.Add(writer => Write(writer, set));
        }
    }

    /// <summary>Writes all families.</summary>
    public void Write(PrometheusWriter writer) => _families.ForEach(family => family(writer));

    private static void Write(PrometheusWriter writer, Gauge gauge)
    {
        if (gauge.Read() is { } value)
        {
            writer.Family(Prefix + gauge.Name, "gauge", gauge.Help);
            writer.Sample(Prefix + gauge.Name).Value(value);
        }
    }

    private static void Write(PrometheusWriter writer, GaugeSet set)
    {
        var isBegun = false;
        foreach (var (values, value) in set.Read())
        {
            if (!isBegun)
            {
                writer.Family(Prefix + set.Name, "gauge", set.Help);
                isBegun = true;
            }

            var sample = writer.Sample(Prefix + set.Name);
            for (var index = 0; index < values.Length; index++)
            {
                sample.Label(set.Labels[index], values[index]);
            }

            sample.Value(value);
        }
    }

    private static string LabelValue(string name)
    {
        var text = new StringBuilder();
        foreach (var character in name)
        {
            if (char.IsUpper(character) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(character));
        }

        return text.ToString();
    }

    private void AddIngest(CollectorMetrics metrics)
    {
        Add("datagrams_received_total", "Datagrams received, valid or not", metrics.DatagramsReceived);
        Add("datagrams_accepted_total", "Datagrams that were accepted", metrics.DatagramsAccepted);
        Add("datagrams_duplicate_total", "Datagrams that had been accepted before", metrics.DatagramsDuplicate);
        Add("datagrams_rejected_total", "Datagrams rejected", "reason", metrics.DatagramsRejected);
        Add(
            "datagrams_dropped_total",
            "Datagrams lost on this machine before they were read",
            "reason",
            metrics.DatagramsDropped);
        Add("receive_errors_total", "Failed attempts to receive", metrics.ReceiveErrors);
        Add("nodes_evicted_total", "Silent nodes forgotten early to make room for new ones", metrics.NodesEvicted);
        Add(
            "sweeps_skipped_total",
            "Loss-detection sweeps skipped because the previous one overran",
            metrics.SweepsSkipped);
        Add(
            "interface_lists_torn_total",
            "Interface scans that failed because an interface changed during the scan",
            metrics.InterfaceListsTorn);
        Add("probes_sent_total", "Probes sent to nodes", metrics.ProbesSent);
        Add("probes_failed_total", "Probes that the system refused to send", metrics.ProbesFailed);
        Add(
            "probes_suppressed_total",
            "Probes not sent because of the limit per second",
            metrics.ProbesSuppressed);
        Add("repair_requests_sent_total", "Repair requests sent for missing samples", metrics.RepairRequestsSent);
        Add(
            "repair_requests_failed_total",
            "Repair requests that the system refused to send",
            metrics.RepairRequestsFailed);
        Add("display_updates_sent_total", "Alert levels sent to nodes with a display", metrics.DisplayUpdatesSent);
        Add(
            "display_updates_failed_total", "Alert levels that the system refused to send",
            metrics.DisplayUpdatesFailed);
    }

    private void AddStorage(StorageMetrics metrics)
    {
        Add("database_transactions_total", "Transactions committed", metrics.Transactions);
        Add(
            "database_transactions_failed_total",
            "Transactions that failed and were tried again",
            metrics.TransactionsFailed);
        Add(
            "database_written_bytes_total",
            "Bytes written to the database's files, by the pages handed to the system",
            metrics.BytesWritten);
        Add(
            "database_files_quarantined_total",
            "Damaged database files moved to quarantine",
            metrics.FilesQuarantined);
        Add("database_rows_damaged_total", "Damaged rows that were skipped", metrics.RowsDamaged);
        Add("outbox_batches_committed_total", "Batches committed to the outbox", metrics.OutboxBatchesCommitted);
        Add("outbox_documents_committed_total", "Documents committed to the outbox", metrics.OutboxDocumentsCommitted);
        Add(
            "outbox_documents_dropped_total",
            "Documents that will not be delivered",
            "reason",
            metrics.OutboxDocumentsDropped);
        _families.Add(writer =>
        {
            const string Name = Prefix + "outbox_node_documents_dropped_total";
            writer.Family(Name, "counter", "Documents that will not be delivered, by the node that sent them");
            foreach (var (node, reason, count) in metrics.OutboxNodesDropped.Seen)
            {
                writer.Sample(Name).Label("node", node).Label("reason", LabelValue(reason.ToString())).Value(count);
            }
        });
        Add("history_rows_written_total", "Rows written to the history, all tiers", metrics.HistoryRowsWritten);
        Add("history_dropped_total", "Values and rows missing from the history", "reason", metrics.HistoryDropped);
        Add("events_written_total", "Events written", metrics.EventsWritten);
        Add("events_dropped_total", "Events dropped", "reason", metrics.EventsDropped);
        Add(
            "dead_letters_dropped_total",
            "Dead letters dropped because the limit was reached",
            metrics.DeadLettersDropped);
    }

    private void AddExport(ExportMetrics metrics)
    {
        Add(
            "export_documents_total",
            "Documents that left the outbox, by outcome",
            "outcome",
            metrics.Documents);
        Add("export_requests_total", "Bulk requests sent", metrics.Requests);
        Add(
            "export_requests_failed_total",
            "Bulk requests that failed",
            "reason",
            metrics.RequestsFailed);
        Add(
            "export_documents_retried_total",
            "Documents sent again because of the response for their item",
            metrics.DocumentsRetried);
        Add("export_responses_total", "Responses to bulk requests", metrics.Responses);
        Add("export_items_total", "Responses for single documents of bulk requests", metrics.Items);
        Add("export_body_bytes_total", "Bytes of bulk bodies before compression", metrics.BodyBytes);
        Add("export_sent_bytes_total", "Bytes of bulk bodies as they were sent", metrics.SentBytes);
        Add(
            "export_labels_dropped_total",
            "Labels omitted from documents because of the limit of names",
            metrics.LabelsDropped);
        Add(
            "export_states_dropped_total",
            "States of forgotten nodes not written because the queue was full",
            metrics.StatesDropped);
        Add(
            "export_clocks_replaced_total",
            "Readings whose time was out of range, so the time of arrival was used",
            metrics.ClocksReplaced);
    }

    private void AddAlerts(AlertMetrics metrics)
    {
        Add("alerts_dropped_total", "Alerts not raised because the limit was reached", metrics.AlertsDropped);
        Add(
            "alert_events_dropped_total",
            "Events not evaluated for alerts because the queue was full",
            metrics.EventsDropped);
        Add(
            "http_requests_refused_total",
            "HTTP requests refused for missing or invalid credentials",
            metrics.RequestsRefused);
        Add("http_logins_failed_total", "HTTP logins with an invalid token or password", metrics.LoginsFailed);
        Add("notifications_sent_total", "Alert notifications delivered", metrics, static channel => channel.Sent);
        Add(
            "notifications_failed_total",
            "Alert notifications that failed after all attempts",
            metrics,
            static channel => channel.Failed);
        Add(
            "notification_retries_total",
            "Failed attempts to deliver an alert notification that were repeated",
            metrics,
            static channel => channel.Retried);
        Add(
            "notifications_dropped_total",
            "Resolved alerts removed before the channel could report them",
            metrics,
            static channel => channel.Dropped);
    }

    private void Add(string name, string help, AlertMetrics metrics, Func<ChannelMetrics, Counter> select) =>
        _families.Add(writer =>
        {
            if (metrics.Channels.Count > 0)
            {
                writer.Family(Prefix + name, "counter", help);
            }

            foreach (var (channel, counters) in metrics.Channels.OrderBy(
                static pair => pair.Key, StringComparer.Ordinal))
            {
                writer.Sample(Prefix + name).Label("channel", channel).Value(select(counters).Value);
            }
        });

    private void Add(string name, string help, Counter counter) => _families.Add(writer =>
    {
        writer.Family(Prefix + name, "counter", help);
        writer.Sample(Prefix + name).Value(counter.Value);
    });

    // By HTTP status, those that have been seen.
    private void Add(string name, string help, StatusCounters counters) => _families.Add(writer =>
    {
        writer.Family(Prefix + name, "counter", help);
        foreach (var (status, count) in counters.Seen)
        {
            writer.Sample(Prefix + name)
                .Label("status", status == 0 ? "other" : status.ToString(CultureInfo.InvariantCulture)).Value(count);
        }
    });

    private void Add<TKey>(string name, string help, string label, CounterSet<TKey> counters)
        where TKey : struct, Enum
    {
        var values = counters.Keys.Select(key => (LabelValue(key.ToString()), counters[key])).ToArray();
        _families.Add(writer =>
        {
            writer.Family(Prefix + name, "counter", help);
            foreach (var (value, counter) in values)
            {
                writer.Sample(Prefix + name).Label(label, value).Value(counter.Value);
            }
        });
    }
}
