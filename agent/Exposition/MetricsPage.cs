using System.Buffers;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Exposition;

/// <summary>Writes <c>/metrics</c>: the newest sample, with the collector's names but without the label <c>node</c>,
/// and the agent's own metrics.</summary>
internal static class MetricsPage
{
    private const string NodePrefix = "nodetelemetry_node_";
    private const string AgentPrefix = "nodetelemetry_agent_";

    /// <summary>The size of a small board's page.</summary>
    private const int BytesUsual = 16 * 1024;

    /// <summary>Writes the page.</summary>
    /// <param name="isOpenMetrics">Whether OpenMetrics is written.</param>
    /// <param name="newest">The newest sample; <see langword="null"/> before the first.</param>
    /// <param name="about">Slowly changing facts, from the newest sample that has them.</param>
    /// <param name="samplers">The state of each sampler.</param>
    /// <param name="metrics">The counters.</param>
    /// <param name="alert">The alert level that a collector reports, if any.</param>
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
        var output = new ArrayBufferWriter<byte>(BytesUsual);
        var writer = new PrometheusWriter(output, isOpenMetrics);
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
                AgentPrefix + "displayed_alert_level", "gauge",
                "The node's alert level as reported by collectors: 0 none, 1 warning, 2 critical");
            writer.Sample(AgentPrefix + "displayed_alert_level").Value((int)level);
        }

        WriteSamplers(writer, samplers.ToList());
        WriteCounters(writer, metrics);
        writer.End();
        return output.WrittenMemory;
    }

    private static void WriteInfo(PrometheusWriter writer, NodeSnapshot newest, AboutReading? about)
    {
        writer.Family(NodePrefix + "info", "gauge", "Description of the node; the value is always 1");
        writer.Sample(NodePrefix + "info")
            .Label("hostname", newest.Hostname)
            .Label("board", about?.Board ?? string.Empty)
            .Label("arch", about?.Architecture ?? string.Empty)
            .Label("os", about?.OperatingSystem ?? string.Empty)
            .Label("kernel", about?.Kernel ?? string.Empty)
            .Label("agent", about?.AgentVersion ?? string.Empty)
            .Value(1);
    }

    private static void WriteScalars(PrometheusWriter writer, NodeSnapshot newest)
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
                    AddLabels(writer.Sample(NodePrefix + reading.Name), reading.Labels).Value(number);
                }
            }
        }
    }

    private static void WriteEntries(PrometheusWriter writer, SectionReading section)
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
                        AddLabels(sample, field.Labels).Value(number);
                    }
                }
            }
        }

        if (definition.InfoName is { } info)
        {
            WriteTexts(writer, section, info);
        }
    }

    private static void WriteTexts(PrometheusWriter writer, SectionReading section, string info)
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

    private static void Begin(PrometheusWriter writer, ref bool isBegun, string name, FieldKind kind, string help)
    {
        if (!isBegun)
        {
            writer.Family(NodePrefix + name, kind == FieldKind.Counter ? "counter" : "gauge", help);
            isBegun = true;
        }
    }

    private static PrometheusWriter AddLabels(
        PrometheusWriter sample, IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        foreach (var (name, value) in labels)
        {
            sample = sample.Label(name, value);
        }

        return sample;
    }

    private static void WriteSamplers(PrometheusWriter writer, List<SamplerState> samplers)
    {
        Each("sampler_duration_seconds", "gauge", "Duration of the sampler's last run",
            static state => state.LastDuration.TotalSeconds);
        Each("sampler_success", "gauge", "Whether the sampler's last run succeeded or found nothing to read",
            static state => state.LastOutcome == SampleOutcome.Failed ? 0 : 1);
        Each("sampler_runs_total", "counter", "Runs of the sampler", static state => state.Runs);
        Each("sampler_failures_total", "counter", "Failed runs of the sampler",
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

    private static void WriteCounters(PrometheusWriter writer, AgentMetrics metrics)
    {
        Count("samples_total", "Samples taken", metrics.Samples);
        Count("ticks_skipped_total", "Samples not taken because the agent was late", metrics.TicksSkipped);
        Count("datagrams_sent_total", "Datagrams sent, counted per output", metrics.DatagramsSent);
        Count("datagrams_failed_total", "Datagrams that could not be sent, counted per output", metrics.SendsFailed);
        Count("sent_bytes_total", "Bytes sent, without headers", metrics.BytesSent);
        Count("interfaces_refused_total", "Failed attempts to use an interface", metrics.InterfacesRefused);
        Count("requests_answered_total", "Collector requests answered", metrics.RequestsAnswered);
        Count("repairs_sent_total", "Earlier datagrams sent again on request of a collector", metrics.RepairsSent);
        writer.Family(AgentPrefix + "requests_refused_total", "counter", "Collector requests that were not answered");
        foreach (var reason in Enum.GetValues<ControlRefusal>())
        {
            writer.Sample(AgentPrefix + "requests_refused_total")
                .Label("reason", reason.ToString())
                .Value(metrics.RequestsRefusedFor(reason));
        }

        Count("scrapes_total", "Pages of metrics served", metrics.Scrapes);
        Count("scrapes_refused_total", "Metrics requests refused or aborted", metrics.ScrapesRefused);

        void Count(string name, string help, long value)
        {
            writer.Family(AgentPrefix + name, "counter", help);
            writer.Sample(AgentPrefix + name).Value(value);
        }
    }
}
