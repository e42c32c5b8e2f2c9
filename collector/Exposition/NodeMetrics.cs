using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Exposition;

/// <summary>
/// Writes what is known of every node: <c>nodetelemetry_node_…</c>. Names come from <see cref="ReadingCatalog"/>.
/// </summary>
/// <remarks>Readings of a node that is lost or left are not written, so that Prometheus marks them stale instead of
/// drawing a flat line.</remarks>
internal static class NodeMetrics
{
    private const string Prefix = "nodetelemetry_node_";

    private static readonly NodeHealth[] ShownHealths =
        [NodeHealth.Up, NodeHealth.Late, NodeHealth.Lost, NodeHealth.Left, NodeHealth.Rebooting];

    /// <summary>
    /// Writes all families. Nodes are in the order of their identity, so that two scrapes can be compared.
    /// </summary>
    public static void Write(PrometheusWriter writer, IEnumerable<NodeStatus> statuses)
    {
        var nodes = statuses.OrderBy(static status => status.Id, StringComparer.Ordinal).ToList();
        var alive = nodes.Where(static status => status.Health is NodeHealth.Up or NodeHealth.Late).ToList();
        Family(writer, nodes, "up", "gauge",
            "Whether the node is heard: 1 while it is up or late, 0 when it is lost, has left or reboots",
            static status => status.Health is NodeHealth.Up or NodeHealth.Late ? 1 : 0);
        WriteHealth(writer, nodes);
        Family(writer, nodes, "last_seen_timestamp_seconds", "gauge",
            "When the node was last heard, by the collector's clock",
            static status => status.LastSeen.ToUnixTimeMilliseconds() / 1000.0);
        Family(writer, nodes, "interval_seconds", "gauge", "Interval that the node promised, or that was learnt",
            static status => status.Interval.TotalSeconds);
        Family(writer, nodes, "datagrams_received_total", "counter", "Datagrams of the node that were accepted",
            static status => status.Received);
        Family(writer, nodes, "samples_missed", "gauge",
            "Samples of the node that have not come, by the gaps in its sequence; one that comes late is taken "
            + "off again",
            static status => status.Missed);
        Family(writer, nodes, "samples_repaired_total", "counter",
            "Samples of the node that came because they were asked for again",
            static status => status.Repaired);
        Family(writer, nodes, "samples_unrecoverable_total", "counter",
            "Samples permanently lost: no longer buffered by the agent, or retries exhausted",
            static status => status.Unrecoverable);
        Family(writer, nodes, "datagrams_duplicate_total", "counter",
            "Datagrams of the node that had been accepted before",
            static status => status.Duplicates);
        Family(writer, nodes, "answers_probes", "gauge",
            "Whether the node is known to answer probes, so that its loss is noticed sooner",
            static status => status.AnswersProbes ? 1 : 0);
        Family(writer, nodes, "probe_recoveries_total", "counter",
            "Times that the node's multicast did not come and the node was heard from where it was probed",
            static status => status.ProbeRecoveries);
        Family(writer, nodes, "multicast_lost", "gauge",
            "Whether the node answers when asked, but its multicast does not arrive",
            static status => status.IsMulticastLost ? 1 : 0);
        Family(writer, nodes, "isolated", "gauge",
            "Whether the node was lost in an outage together with others, which one event reports",
            static status => status.IsIsolated ? 1 : 0);
        Family(writer, nodes, "identity_conflict", "gauge",
            "Whether something is wrong with the node's identity: sent twice, host name used twice, or changed",
            static status => status.Conflict is null ? 0 : 1);
        WriteInfo(writer, nodes);
        WriteScalars(writer, alive);
        foreach (var section in SectionCatalog.All.Where(static section => section.EntryLabel is not null))
        {
            WriteEntries(writer, alive, section);
        }
    }

    private static PrometheusWriter Sample(PrometheusWriter writer, string name, NodeStatus status) =>
        writer.Sample(name).Label("node", status.Id).Label("hostname", status.Hostname);

    private static void Family(
        PrometheusWriter writer,
        List<NodeStatus> nodes,
        string name,
        string type,
        string help,
        Func<NodeStatus, double?> value)
    {
        var isBegun = false;
        foreach (var status in nodes)
        {
            if (value(status) is not { } number)
            {
                continue;
            }

            if (!isBegun)
            {
                writer.Family(Prefix + name, type, help);
                isBegun = true;
            }

            Sample(writer, Prefix + name, status).Value(number);
        }
    }

    private static string TypeOf(FieldKind kind) => kind == FieldKind.Counter ? "counter" : "gauge";

    private static void WriteScalars(PrometheusWriter writer, List<NodeStatus> nodes)
    {
        foreach (var family in ReadingCatalog.Scalars.GroupBy(static reading => reading.Name))
        {
            var isBegun = false;
            foreach (var reading in family)
            {
                foreach (var status in nodes)
                {
                    if (status.Readings[reading] is not { } number)
                    {
                        continue;
                    }

                    Begin(writer, ref isBegun, reading.Name, reading.Kind, reading.FamilyHelp);
                    Labelled(Sample(writer, Prefix + reading.Name, status), reading.Labels).Value(number);
                }
            }
        }
    }

    private static void WriteEntries(PrometheusWriter writer, List<NodeStatus> nodes, SectionDefinition section)
    {
        foreach (var family in section.Fields
            .Where(static field => field.Kind != FieldKind.Text)
            .GroupBy(static field => field.Name))
        {
            var isBegun = false;
            foreach (var field in family)
            {
                foreach (var (status, entry) in EntriesOf(nodes, section))
                {
                    if (entry[field] is not { } number)
                    {
                        continue;
                    }

                    Begin(writer, ref isBegun, field.Name, field.Kind, field.FamilyHelp);
                    Labelled(
                        Sample(writer, Prefix + field.Name, status).Label(section.EntryLabel!, entry.Name!),
                        field.Labels).Value(number);
                }
            }
        }

        if (section.InfoName is { } info)
        {
            WriteTexts(writer, nodes, section, info);
        }
    }

    private static void WriteTexts(
        PrometheusWriter writer, List<NodeStatus> nodes, SectionDefinition section, string info)
    {
        var isBegun = false;
        foreach (var (status, entry) in EntriesOf(nodes, section))
        {
            Begin(writer, ref isBegun, info, FieldKind.Gauge, section.Help + ": texts; the value is always 1");
            var sample = Sample(writer, Prefix + info, status).Label(section.EntryLabel!, entry.Name!);
            foreach (var field in section.Texts)
            {
                sample = sample.Label(field.WireName, entry.Text(field) ?? string.Empty);
            }

            sample.Value(1);
        }
    }

    private static IEnumerable<(NodeStatus Status, SectionEntry Entry)> EntriesOf(
        List<NodeStatus> nodes, SectionDefinition section)
    {
        foreach (var status in nodes)
        {
            var reading = status.Readings.Section(section);
            for (var index = 0; index < (reading?.EntryCount ?? 0); index++)
            {
                yield return (status, reading![index]);
            }
        }
    }

    private static void Begin(PrometheusWriter writer, ref bool isBegun, string name, FieldKind kind, string help)
    {
        if (!isBegun)
        {
            writer.Family(Prefix + name, TypeOf(kind), help);
            isBegun = true;
        }
    }

    private static PrometheusWriter Labelled(
        PrometheusWriter sample, IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        foreach (var (name, value) in labels)
        {
            sample = sample.Label(name, value);
        }

        return sample;
    }

    private static void WriteHealth(PrometheusWriter writer, List<NodeStatus> nodes)
    {
        const string Name = Prefix + "health";
        if (nodes.Count > 0)
        {
            writer.Family(Name, "gauge", "Health of the node: 1 for the state it is in, 0 for the others");
        }

        foreach (var status in nodes)
        {
            foreach (var health in ShownHealths)
            {
                Sample(writer, Name, status).Label("state", health.Name()).Value(status.Health == health ? 1 : 0);
            }
        }
    }

    private static void WriteInfo(PrometheusWriter writer, List<NodeStatus> nodes)
    {
        const string Name = Prefix + "info";
        if (nodes.Count > 0)
        {
            writer.Family(Name, "gauge", "What the node says about itself; the value is always 1");
        }

        foreach (var status in nodes)
        {
            Sample(writer, Name, status)
                .Label("address", status.Address ?? string.Empty)
                .Label("board", status.About?.Board ?? string.Empty)
                .Label("arch", status.About?.Architecture ?? string.Empty)
                .Label("os", status.About?.OperatingSystem ?? string.Empty)
                .Label("kernel", status.About?.Kernel ?? string.Empty)
                .Label("agent", status.About?.AgentVersion ?? string.Empty)
                .Value(1);
        }
    }
}
