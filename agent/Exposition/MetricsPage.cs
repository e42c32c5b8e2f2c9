using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Exposition;

/// <summary>Writes the page of <c>/metrics</c>: the newest sample under the names that the collector has for it,
/// without the label <c>node</c>, and the agent itself.</summary>
internal static class MetricsPage
{
    private const string NodePrefix = "nodetelemetry_node_";
    private const string AgentPrefix = "nodetelemetry_agent_";

    /// <summary>Writes the page.</summary>
    /// <param name="isOpenMetrics">In which format.</param>
    /// <param name="newest">The newest sample; none before the first.</param>
    /// <param name="about">What changes rarely, from the newest sample that had it.</param>
    /// <param name="samplers">What is known of each sampler.</param>
    /// <param name="metrics">The counters.</param>
    /// <param name="alert">How the node's alerts stand, where a collector tells.</param>
    /// <param name="version">The agent's version.</param>
    public static ReadOnlyMemory<byte> Write(
        bool isOpenMetrics,
        NodeSnapshot? newest,
        AboutReading? about,
        IEnumerable<SamplerState> samplers,
        AgentMetrics metrics,
        AlertLevel? alert,
        string version)
    {
        var writer = new MetricsWriter(isOpenMetrics);
        if (newest is not null)
        {
            WriteInfo(writer, newest, about);
            WriteScalars(writer, newest);
            foreach (var section in newest.Sections.Where(static section => section.Definition.EntryLabel is not null))
            {
                WriteEntries(writer, section);
            }
        }

        writer.Family(AgentPrefix + "build_info", "gauge", "The agent's version; the value is always 1");
        writer.Sample(AgentPrefix + "build_info").Label("version", version).Value(1);
        if (alert is { } level)
        {
            writer.Family(
                AgentPrefix + "told_alert_level", "gauge",
                "How the node's alerts stand, as collectors tell it: 0 none, 1 warning, 2 critical");
            writer.Sample(AgentPrefix + "told_alert_level").Value((int)level);
        }

        WriteSamplers(writer, samplers.ToList());
        WriteCounters(writer, metrics);
        writer.End();
        return writer.Written;
    }

    private static void WriteInfo(MetricsWriter writer, NodeSnapshot newest, AboutReading? about)
    {
        writer.Family(NodePrefix + "info", "gauge", "What the node says about itself; the value is always 1");
        writer.Sample(NodePrefix + "info")
            .Label("hostname", newest.Hostname)
            .Label("board", about?.Board ?? string.Empty)
            .Label("arch", about?.Architecture ?? string.Empty)
            .Label("os", about?.OperatingSystem ?? string.Empty)
            .Label("kernel", about?.Kernel ?? string.Empty)
            .Label("agent", about?.AgentVersion ?? string.Empty)
            .Value(1);
    }

    private static void WriteScalars(MetricsWriter writer, NodeSnapshot newest)
    {
        foreach (var first in ReadingCatalog.Scalars)
        {
            if (ReadingCatalog.Scalars.FirstOrDefault(one => one.Name == first.Name) != first)
            {
                continue;
            }

            var isBegun = false;
            foreach (var reading in ReadingCatalog.Scalars)
            {
                if (reading.Name == first.Name && newest[reading] is { } number)
                {
                    Begin(writer, ref isBegun, reading.Name, reading.Kind, reading.FamilyHelp);
                    Labelled(writer.Sample(NodePrefix + reading.Name), reading.Labels).Value(number);
                }
            }
        }
    }

    private static void WriteEntries(MetricsWriter writer, SectionReading section)
    {
        var definition = section.Definition;
        foreach (var first in definition.Fields)
        {
            if (first.Kind == FieldKind.Text
                || definition.Fields.FirstOrDefault(one => one.Name == first.Name) != first)
            {
                continue;
            }

            var isBegun = false;
            foreach (var field in definition.Fields.Where(one => one.Name == first.Name))
            {
                for (var index = 0; index < section.EntryCount; index++)
                {
                    if (section[index][field] is { } number)
                    {
                        Begin(writer, ref isBegun, field.Name, field.Kind, field.FamilyHelp);
                        var sample = writer.Sample(NodePrefix + field.Name)
                            .Label(definition.EntryLabel!, section[index].Name!);
                        Labelled(sample, field.Labels).Value(number);
                    }
                }
            }
        }

        if (definition.InfoName is { } info)
        {
            WriteTexts(writer, section, info);
        }
    }

    private static void WriteTexts(MetricsWriter writer, SectionReading section, string info)
    {
        var isBegun = false;
        for (var index = 0; index < section.EntryCount; index++)
        {
            Begin(
                writer,
                ref isBegun,
                info,
                FieldKind.Gauge,
                section.Definition.Help + ": texts; the value is always 1");
            var sample = writer.Sample(NodePrefix + info).Label(section.Definition.EntryLabel!, section[index].Name!);
            foreach (var field in section.Definition.Fields.Where(static field => field.Kind == FieldKind.Text))
            {
                sample = sample.Label(field.WireName, section[index].Text(field) ?? string.Empty);
            }

            sample.Value(1);
        }
    }

    private static void Begin(MetricsWriter writer, ref bool isBegun, string name, FieldKind kind, string help)
    {
        if (!isBegun)
        {
            writer.Family(NodePrefix + name, kind == FieldKind.Counter ? "counter" : "gauge", help);
            isBegun = true;
        }
    }

    private static MetricsWriter Labelled(MetricsWriter sample, IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        foreach (var (name, value) in labels)
        {
            sample = sample.Label(name, value);
        }

        return sample;
    }

    private static void WriteSamplers(MetricsWriter writer, List<SamplerState> samplers)
    {
        Each("sampler_duration_seconds", "gauge", "Time that the sampler took the last time",
            static state => state.LastDuration.TotalSeconds);
        Each("sampler_success", "gauge", "Whether the sampler could read the last time, or had nothing to read",
            static state => state.LastOutcome == SampleOutcome.Failed ? 0 : 1);
        Each("sampler_runs_total", "counter", "Times that the sampler was run", static state => state.Runs);
        Each("sampler_failures_total", "counter", "Times that the sampler could not read",
            static state => state.Failures);

        void Each(string name, string type, string help, Func<SamplerState, double> value)
        {
            writer.Family(AgentPrefix + name, type, help);
            foreach (var state in samplers)
            {
                writer.Sample(AgentPrefix + name).Label("sampler", state.Sampler.Name).Value(value(state));
            }
        }
    }

    private static void WriteCounters(MetricsWriter writer, AgentMetrics metrics)
    {
        Count("samples_total", "Samples taken", metrics.Samples);
        Count("ticks_skipped_total", "Samples not taken because the agent was late", metrics.TicksSkipped);
        Count("datagrams_sent_total", "Datagrams sent, one for each output", metrics.DatagramsSent);
        Count("datagrams_failed_total", "Datagrams that could not be sent, one for each output", metrics.SendsFailed);
        Count("sent_bytes_total", "Bytes sent, without headers", metrics.BytesSent);
        Count("interfaces_refused_total", "Times that an interface could not be used", metrics.InterfacesRefused);
        Count("requests_answered_total", "Requests of collectors that were answered", metrics.RequestsAnswered);
        Count("repairs_sent_total", "Earlier datagrams sent again because a collector asked", metrics.RepairsSent);
        writer.Family(AgentPrefix + "requests_refused_total", "counter", "Requests that were not answered");
        foreach (var reason in Enum.GetValues<ControlRefusal>())
        {
            writer.Sample(AgentPrefix + "requests_refused_total")
                .Label("reason", reason.ToString())
                .Value(metrics.RequestsRefusedFor(reason));
        }

        Count("scrapes_total", "Pages of metrics served", metrics.Scrapes);
        Count("scrapes_refused_total", "Requests for metrics that were refused or broke off", metrics.ScrapesRefused);

        void Count(string name, string help, long value)
        {
            writer.Family(AgentPrefix + name, "counter", help);
            writer.Sample(AgentPrefix + name).Value(value);
        }
    }
}
