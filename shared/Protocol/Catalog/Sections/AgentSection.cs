using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>agent</c>.</summary>
public static class AgentSection
{
    public static readonly FieldDefinition SamplersFailed = Counter(
        "failed", "agent_sampler_failures", "nodetelemetry.agent.sampler_failures", None,
        "Sampler runs whose source could not be read or parsed");
    public static readonly FieldDefinition ValuesRefused = Counter(
        "refused", "agent_values_refused", "nodetelemetry.agent.values_refused", None,
        "Values dropped as out of range");
    public static readonly FieldDefinition TicksSkipped = Counter(
        "skipped", "agent_ticks_skipped", "nodetelemetry.agent.ticks_skipped", None,
        "Samples skipped because the agent was late");
    public static readonly FieldDefinition SendsFailed = Counter(
        "unsent", "agent_sends_failed", "nodetelemetry.agent.sends_failed", None, "Datagrams that could not be sent");
    public static readonly FieldDefinition SectionsDropped = Counter(
        "cut", "agent_sections_dropped", "nodetelemetry.agent.sections_dropped", None,
        "Sections and entries dropped because they do not fit a datagram");
    public static readonly FieldDefinition TextfilesDropped = Counter(
        "nofile", "agent_textfiles_dropped", "nodetelemetry.agent.textfiles_dropped", None,
        "Textfiles and series dropped as malformed or over the limit");

    public static readonly SectionDefinition Definition = new(
        "agent", "The agent itself",
        SamplersFailed, ValuesRefused, TicksSkipped, SendsFailed, SectionsDropped, TextfilesDropped);
}
