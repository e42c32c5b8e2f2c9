using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Exposition;

/// <summary>Writes the metrics of every node: <c>nodetelemetry_node_…</c>.
/// Readings are named by <see cref="ReadingCatalog"/>.</summary>
/// <remarks>Readings of a lost or left node are not written, so that Prometheus marks them stale instead
/// of drawing a flat line.</remarks>
internal static class NodeMetrics
{
    private const string Prefix = "nodetelemetry_node_";

    /// <summary>Nodes whose entries are written without a flush in between: some 50 kB.</summary>
    private const int ChunkNodes = 16;

    private static readonly NodeHealth[] ShownHealths =
        [NodeHealth.Up, NodeHealth.Late, NodeHealth.Lost, NodeHealth.Left, NodeHealth.Rebooting];

    /// <summary>Writes all families.</summary>
    public static void Write(PrometheusWriter writer, IEnumerable<NodeStatus> statuses)
    {
        foreach (var write in ListFamilies(statuses))
        {
            write(writer);
        }
    }

    /// <summary>Lists actions that each write a part of the text, so that a response is flushed in between.
    /// Nodes are in the order of their identity, so that two scrapes can be compared.</summary>
    public static IEnumerable<Action<PrometheusWriter>> ListFamilies(IEnumerable<NodeStatus> statuses)
    {
        var nodes = statuses.OrderBy(static status => status.Id, StringComparer.Ordinal)
            .Select(static status => new LabelledNode(status)).ToList();
        var alive = nodes.Where(static node => node.Status.Health is NodeHealth.Up or NodeHealth.Late).ToList();
        yield return writer => Family(writer, nodes, "up", "gauge",
            "Whether the node reports: 1 while it is up or late, 0 when it is lost, has left or reboots",
            static status => status.Health is NodeHealth.Up or NodeHealth.Late ? 1 : 0);
        yield return writer => WriteHealth(writer, nodes);
        yield return writer => Family(writer, nodes, "last_seen_timestamp_seconds", "gauge",
            "Time of the last datagram of the node, by the collector's clock",
            static status => status.LastSeen.ToUnixTimeMilliseconds() / 1000.0);
        yield return writer => Family(writer, nodes, "interval_seconds", "gauge",
            "Interval of the node's samples, as announced or measured", static status => status.Interval.TotalSeconds);
        yield return writer => Family(writer, nodes, "datagrams_received_total", "counter",
            "Datagrams of the node that were accepted", static status => status.Received);
        yield return writer => Family(writer, nodes, "samples_missed", "gauge",
            "Samples of the node currently missing, by the gaps in its sequence numbers",
            static status => status.Missed);
        yield return writer => Family(writer, nodes, "samples_repaired_total", "counter",
            "Samples of the node that were received after a repair request", static status => status.Repaired);
        yield return writer => Family(writer, nodes, "samples_unrecoverable_total", "counter",
            "Samples of the node permanently lost: no longer buffered by the agent, or retries exhausted",
            static status => status.Unrecoverable);
        yield return writer => Family(writer, nodes, "datagrams_duplicate_total", "counter",
            "Datagrams of the node that had been accepted before", static status => status.Duplicates);
        yield return writer => Family(writer, nodes, "answers_probes", "gauge",
            "Whether the node replies to probes, so that its loss is detected sooner",
            static status => status.AnswersProbes ? 1 : 0);
        yield return writer => Family(writer, nodes, "probe_recoveries_total", "counter",
            "Times that the node's multicast was missing but it replied to a probe",
            static status => status.ProbeRecoveries);
        yield return writer => Family(writer, nodes, "multicast_lost", "gauge",
            "Whether the node replies to probes, but its multicast does not arrive",
            static status => status.IsMulticastLost ? 1 : 0);
        yield return writer => Family(writer, nodes, "isolated", "gauge",
            "Whether the node was lost together with others, in an outage of the network",
            static status => status.IsIsolated ? 1 : 0);
        yield return writer => Family(writer, nodes, "identity_conflict", "gauge",
            "Whether the node's identity conflicts: sent by two nodes, host name used twice, or changed",
            static status => status.Conflict is null ? 0 : 1);
        yield return writer => WriteInfo(writer, nodes);
        yield return writer => WriteScalars(writer, alive);
        var chunks = alive.Chunk(ChunkNodes).ToList();
        foreach (var section in SectionCatalog.All.Where(static section => section.EntryLabel is not null))
        {
            foreach (var write in ListEntryFamilies(section, chunks))
            {
                yield return write;
            }
        }
    }

    private static IEnumerable<Action<PrometheusWriter>> ListEntryFamilies(
        SectionDefinition section, List<LabelledNode[]> chunks)
    {
        foreach (var family in section.Fields
            .Where(static field => field.Kind != FieldKind.Text)
            .GroupBy(static field => field.Name))
        {
            var isBegun = false;
            foreach (var nodes in chunks)
            {
                yield return writer => WriteEntries(writer, nodes, section, family, ref isBegun);
            }
        }

        if (section.InfoName is { } info)
        {
            var isBegun = false;
            foreach (var nodes in chunks)
            {
                yield return writer => WriteTexts(writer, nodes, section, info, ref isBegun);
            }
        }
    }

    private static PrometheusWriter Sample(PrometheusWriter writer, string name, LabelledNode node) =>
        writer.Sample(name).Labels(node.Labels);

    private static void Family(
        PrometheusWriter writer,
        List<LabelledNode> nodes,
        string name,
        string type,
        string help,
        Func<NodeStatus, double?> value)
    {
        var metric = Prefix + name;
        var isBegun = false;
        foreach (var node in nodes)
        {
            if (value(node.Status) is not { } number)
            {
                continue;
            }

            if (!isBegun)
            {
                writer.Family(metric, type, help);
                isBegun = true;
            }

            Sample(writer, metric, node).Value(number);
        }
    }

    private static string GetMetricType(FieldKind kind) => kind == FieldKind.Counter ? "counter" : "gauge";

    private static void WriteScalars(PrometheusWriter writer, List<LabelledNode> nodes)
    {
        foreach (var family in ReadingCatalog.Scalars.GroupBy(static reading => reading.Name))
        {
            var metric = Prefix + family.Key;
            var isBegun = false;
            foreach (var reading in family)
            {
                foreach (var node in nodes)
                {
                    if (node.Status.Readings[reading] is not { } number)
                    {
                        continue;
                    }

                    Begin(writer, ref isBegun, reading.Name, reading.Kind, reading.FamilyHelp);
                    AddLabels(Sample(writer, metric, node), reading.Labels).Value(number);
                }
            }
        }
    }

    private static void WriteEntries(
        PrometheusWriter writer,
        LabelledNode[] nodes,
        SectionDefinition section,
        IGrouping<string, FieldDefinition> family,
        ref bool isBegun)
    {
        var metric = Prefix + family.Key;
        foreach (var field in family)
        {
            foreach (var (node, entry) in ListEntries(nodes, section))
            {
                if (entry[field] is not { } number)
                {
                    continue;
                }

                Begin(writer, ref isBegun, field.Name, field.Kind, field.FamilyHelp);
                AddLabels(
                    Sample(writer, metric, node).Label(section.EntryLabel!, entry.Name!),
                    field.Labels).Value(number);
            }
        }
    }

    private static void WriteTexts(
        PrometheusWriter writer, LabelledNode[] nodes, SectionDefinition section, string info, ref bool isBegun)
    {
        foreach (var (node, entry) in ListEntries(nodes, section))
        {
            Begin(writer, ref isBegun, info, FieldKind.Gauge, section.Help + ": texts; the value is always 1");
            var sample = Sample(writer, Prefix + info, node).Label(section.EntryLabel!, entry.Name!);
            for (var index = 0; index < section.Texts.Count; index++)
            {
                var field = section.Texts[index];
                sample = sample.Label(field.WireName, entry.Text(field) ?? string.Empty);
            }

            sample.Value(1);
        }
    }

    private static IEnumerable<(LabelledNode Node, SectionEntry Entry)> ListEntries(
        LabelledNode[] nodes, SectionDefinition section)
    {
        foreach (var node in nodes)
        {
            var reading = node.Status.Readings.Section(section);
            for (var index = 0; index < (reading?.EntryCount ?? 0); index++)
            {
                yield return (node, reading![index]);
            }
        }
    }

    private static void Begin(PrometheusWriter writer, ref bool isBegun, string name, FieldKind kind, string help)
    {
        if (!isBegun)
        {
            writer.Family(Prefix + name, GetMetricType(kind), help);
            isBegun = true;
        }
    }

    private static PrometheusWriter AddLabels(
        PrometheusWriter sample, IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        // An enumerator of the interface would be allocated for each of some 100,000 samples.
        for (var index = 0; index < labels.Count; index++)
        {
            sample = sample.Label(labels[index].Key, labels[index].Value);
        }

        return sample;
    }

    private static void WriteHealth(PrometheusWriter writer, List<LabelledNode> nodes)
    {
        const string Name = Prefix + "health";
        if (nodes.Count > 0)
        {
            writer.Family(Name, "gauge", "Health of the node: 1 for its current state, 0 for the others");
        }

        foreach (var node in nodes)
        {
            foreach (var health in ShownHealths)
            {
                Sample(writer, Name, node).Label("state", health.Name()).Value(node.Status.Health == health ? 1 : 0);
            }
        }
    }

    private static void WriteInfo(PrometheusWriter writer, List<LabelledNode> nodes)
    {
        const string Name = Prefix + "info";
        if (nodes.Count > 0)
        {
            writer.Family(Name, "gauge", "Description of the node; the value is always 1");
        }

        foreach (var node in nodes)
        {
            var status = node.Status;
            Sample(writer, Name, node)
                .Label("address", status.Address ?? string.Empty)
                .Label("board", status.About?.Board ?? string.Empty)
                .Label("arch", status.About?.Architecture ?? string.Empty)
                .Label("os", status.About?.OperatingSystem ?? string.Empty)
                .Label("kernel", status.About?.Kernel ?? string.Empty)
                .Label("agent", status.About?.AgentVersion ?? string.Empty)
                .Value(1);
        }
    }

    /// <summary>A node with the labels of all its samples, which are written once per scrape.</summary>
    private sealed class LabelledNode(NodeStatus status)
    {
        public NodeStatus Status => status;

        public byte[] Labels { get; } =
            PrometheusWriter.FormatLabels(("node", status.Id), ("hostname", status.Hostname));
    }
}
