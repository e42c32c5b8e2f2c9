using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Collector.Exposition;

/// <summary>Writes the metrics of every node: <c>nodetelemetry_node_…</c>.
/// Readings are named by <see cref="ReadingCatalog"/>.</summary>
/// <remarks>
/// Readings of a lost or left node are not written, so that Prometheus marks them stale instead of drawing a flat line.
/// A scrape holds no lock: it writes the statuses of one moment, which nothing changes.
/// It is reused, one scrape at a time, so that a scrape allocates as much for a thousand nodes as for one.
/// </remarks>
internal sealed class NodeMetrics
{
    /// <summary>Nodes whose samples are written without a flush in between: some 50 kB of entries.</summary>
    private const int ChunkNodes = 16;

    private static readonly NodeHealth[] ShownHealths =
        [NodeHealth.Up, NodeHealth.Late, NodeHealth.Lost, NodeHealth.Left, NodeHealth.Rebooting];

    private static readonly (SeriesFamily Family, Func<NodeStatus, double> Value)[] First =
    [
        (SeriesFamily.Create(
            "up", "Whether the node reports: 1 while it is up or late, 0 when it is lost, has left or reboots"),
            static status => status.Health is NodeHealth.Up or NodeHealth.Late ? 1 : 0),
    ];

    private static readonly (SeriesFamily Family, Func<NodeStatus, double> Value)[] Others =
    [
        (SeriesFamily.Create(
            "last_seen_timestamp_seconds", "Time of the last datagram of the node, by the collector's clock"),
            static status => status.LastSeen.ToUnixTimeMilliseconds() / 1000.0),
        (SeriesFamily.Create(
            "interval_seconds", "Interval of the node's samples, as announced or measured"),
            static status => status.Interval.TotalSeconds),
        (SeriesFamily.Create("datagrams_received_total", "Datagrams of the node that were accepted"),
            static status => status.Received),
        (SeriesFamily.Create(
            "samples_missed", "Samples of the node currently missing, by the gaps in its sequence numbers"),
            static status => status.Missed),
        (SeriesFamily.Create(
            "samples_repaired_total", "Samples of the node that were received after a repair request"),
            static status => status.Repaired),
        (SeriesFamily.Create(
            "samples_unrecoverable_total",
            "Samples of the node permanently lost: no longer buffered by the agent, or retries exhausted"),
            static status => status.Unrecoverable),
        (SeriesFamily.Create("datagrams_duplicate_total", "Datagrams of the node that had been accepted before"),
            static status => status.Duplicates),
        (SeriesFamily.Create(
            "answers_probes", "Whether the node replies to probes, so that its loss is detected sooner"),
            static status => status.AnswersProbes ? 1 : 0),
        (SeriesFamily.Create(
            "probe_recoveries_total", "Times that the node's multicast was missing but it replied to a probe"),
            static status => status.ProbeRecoveries),
        (SeriesFamily.Create(
            "multicast_lost", "Whether the node replies to probes, but its multicast does not arrive"),
            static status => status.IsMulticastLost ? 1 : 0),
        (SeriesFamily.Create(
            "isolated", "Whether the node was lost together with others, in an outage of the network"),
            static status => status.IsIsolated ? 1 : 0),
        (SeriesFamily.Create(
            "identity_conflict",
            "Whether the node's identity conflicts: sent by two nodes, host name used twice, or changed"),
            static status => status.Conflict is null ? 0 : 1),
    ];

    private static readonly SeriesFamily Health =
        SeriesFamily.Create("health", "Health of the node: 1 for its current state, 0 for the others");

    private static readonly SeriesFamily Description =
        SeriesFamily.Create("info", "Description of the node; the value is always 1");

    private readonly Dictionary<string, (string Hostname, byte[] Labels)> _labels = new(StringComparer.Ordinal);
    private readonly List<LabelledNode> _nodes = [];
    private readonly List<LabelledNode> _alive = [];

    /// <summary>Writes all families at once.</summary>
    public static void Write(PrometheusWriter writer, IEnumerable<NodeStatus> statuses)
    {
        if (!new NodeMetrics().WriteAsync(writer, statuses, static () => default).AsTask().IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("Nothing is sent, so nothing has to be waited for.");
        }
    }

    /// <summary>Writes all families.
    /// Nodes are in the order of their identity, so that two scrapes can be compared.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="statuses">The nodes.</param>
    /// <param name="flush">Called after each part of the text: sends what has been written when that is enough.</param>
    public async ValueTask WriteAsync(
        PrometheusWriter writer, IEnumerable<NodeStatus> statuses, Func<ValueTask> flush)
    {
        try
        {
            Take(statuses);
            WriteFamilies(writer, First);
            WriteHealth(writer);
            await flush();
            WriteFamilies(writer, Others);
            WriteInfo(writer);
            await flush();
            foreach (var family in SeriesFamily.Scalars)
            {
                WriteScalars(writer, family);
                await flush();
            }

            foreach (var (section, label, families, info) in SectionFamilies.All)
            {
                foreach (var family in families)
                {
                    var isBegun = false;
                    for (var first = 0; first < _alive.Count; first += ChunkNodes)
                    {
                        isBegun = WriteEntries(writer, section, label, family, first, isBegun);
                        await flush();
                    }
                }

                var isInfoBegun = false;
                for (var first = 0; info is not null && first < _alive.Count; first += ChunkNodes)
                {
                    isInfoBegun = WriteTexts(writer, section, label, info, first, isInfoBegun);
                    await flush();
                }
            }

            writer.Flush();
        }
        finally
        {
            _nodes.Clear();
            _alive.Clear();
        }
    }

    private void Take(IEnumerable<NodeStatus> statuses)
    {
        foreach (var status in statuses)
        {
            if (!_labels.TryGetValue(status.Id, out var known) || known.Hostname != status.Hostname)
            {
                known = (
                    status.Hostname, PrometheusWriter.FormatLabels(("node", status.Id), ("hostname", status.Hostname)));
                _labels[status.Id] = known;
            }

            _nodes.Add(new LabelledNode(status, known.Labels));
        }

        _nodes.Sort(static (one, other) => string.CompareOrdinal(one.Status.Id, other.Status.Id));
        foreach (var node in _nodes)
        {
            if (node.Status.Health is NodeHealth.Up or NodeHealth.Late)
            {
                _alive.Add(node);
            }
        }

        if (_labels.Count > 2 * _nodes.Count)
        {
            // Those of forgotten nodes; the others are formatted again.
            _labels.Clear();
        }
    }

    private static void Begin(PrometheusWriter writer, SeriesFamily family) =>
        writer.Family(family.Name, family.Type, family.Help);

    private void WriteFamilies(
        PrometheusWriter writer, (SeriesFamily Family, Func<NodeStatus, double> Value)[] families)
    {
        foreach (var (family, value) in families)
        {
            if (_nodes.Count > 0)
            {
                Begin(writer, family);
            }

            foreach (var node in _nodes)
            {
                writer.Sample(family.NameBytes).Labels(node.Labels).Value(value(node.Status));
            }
        }
    }

    private void WriteScalars(PrometheusWriter writer, SeriesFamily family)
    {
        var isBegun = false;
        foreach (var (field, labels) in family.Fields)
        {
            foreach (var node in _alive)
            {
                if (node.Status.Readings[field] is not { } number)
                {
                    continue;
                }

                if (!isBegun)
                {
                    Begin(writer, family);
                    isBegun = true;
                }

                writer.Sample(family.NameBytes).Labels(node.Labels).Labels(labels).Value(number);
            }
        }
    }

    private bool WriteEntries(
        PrometheusWriter writer,
        SectionDefinition section,
        byte[] label,
        SeriesFamily family,
        int first,
        bool isBegun)
    {
        foreach (var (field, labels) in family.Fields)
        {
            for (var index = first; index < Math.Min(first + ChunkNodes, _alive.Count); index++)
            {
                var node = _alive[index];
                var reading = node.Status.Readings.Section(section);
                for (var entry = 0; entry < (reading?.EntryCount ?? 0); entry++)
                {
                    if (reading![entry][field] is not { } number)
                    {
                        continue;
                    }

                    if (!isBegun)
                    {
                        Begin(writer, family);
                        isBegun = true;
                    }

                    writer.Sample(family.NameBytes).Labels(node.Labels).Label(label, reading[entry].Name!)
                        .Labels(labels).Value(number);
                }
            }
        }

        return isBegun;
    }

    private bool WriteTexts(
        PrometheusWriter writer, SectionDefinition section, byte[] label, SeriesFamily info, int first, bool isBegun)
    {
        for (var index = first; index < Math.Min(first + ChunkNodes, _alive.Count); index++)
        {
            var node = _alive[index];
            var reading = node.Status.Readings.Section(section);
            for (var entry = 0; entry < (reading?.EntryCount ?? 0); entry++)
            {
                if (!isBegun)
                {
                    Begin(writer, info);
                    isBegun = true;
                }

                var sample = writer.Sample(info.NameBytes).Labels(node.Labels).Label(label, reading![entry].Name!);
                for (var text = 0; text < section.Texts.Count; text++)
                {
                    var field = section.Texts[text];
                    sample.Label(field.WireName, reading[entry].Text(field) ?? string.Empty);
                }

                sample.Value(1);
            }
        }

        return isBegun;
    }

    private void WriteHealth(PrometheusWriter writer)
    {
        if (_nodes.Count > 0)
        {
            Begin(writer, Health);
        }

        foreach (var node in _nodes)
        {
            foreach (var health in ShownHealths)
            {
                writer.Sample(Health.NameBytes).Labels(node.Labels).Label("state", health.Name())
                    .Value(node.Status.Health == health ? 1 : 0);
            }
        }
    }

    private void WriteInfo(PrometheusWriter writer)
    {
        if (_nodes.Count > 0)
        {
            Begin(writer, Description);
        }

        foreach (var node in _nodes)
        {
            var status = node.Status;
            writer.Sample(Description.NameBytes).Labels(node.Labels)
                .Label("address", status.Address ?? string.Empty)
                .Label("board", status.About?.Board ?? string.Empty)
                .Label("arch", status.About?.Architecture ?? string.Empty)
                .Label("os", status.About?.OperatingSystem ?? string.Empty)
                .Label("kernel", status.About?.Kernel ?? string.Empty)
                .Label("agent", status.About?.AgentVersion ?? string.Empty)
                .Value(1);
        }
    }

    /// <summary>A node with the labels of all its samples.</summary>
    private readonly record struct LabelledNode(NodeStatus Status, byte[] Labels);
}
