using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>agent</c>: the agent itself.</summary>
public static class AgentSection
{
    /// <summary>Samplers that could not read what they should, each time.</summary>
    public static readonly FieldDefinition SamplersFailed = Counter(
        "failed", "agent_sampler_failures", "nodetelemetry.agent.sampler_failures", ReadingUnit.None,
        "Samplers that could not read what they should, each time");

    /// <summary>Values that were impossible and left out.</summary>
    public static readonly FieldDefinition ValuesRefused = Counter(
        "refused", "agent_values_refused", "nodetelemetry.agent.values_refused", ReadingUnit.None,
        "Values that were impossible and left out");

    /// <summary>Samples not taken because the agent was late.</summary>
    public static readonly FieldDefinition TicksSkipped = Counter(
        "skipped", "agent_ticks_skipped", "nodetelemetry.agent.ticks_skipped", ReadingUnit.None,
        "Samples not taken because the agent was late");

    /// <summary>Datagrams that the system refused to send.</summary>
    public static readonly FieldDefinition SendsFailed = Counter(
        "unsent", "agent_sends_failed", "nodetelemetry.agent.sends_failed", ReadingUnit.None,
        "Datagrams that the system refused to send");

    /// <summary>Sections and entries for which there was no room.</summary>
    public static readonly FieldDefinition SectionsDropped = Counter(
        "cut", "agent_sections_dropped", "nodetelemetry.agent.sections_dropped", ReadingUnit.None,
        "Sections and entries for which there was no room");

    /// <summary>Textfiles and series of textfiles that were malformed or too many, each time.</summary>
    public static readonly FieldDefinition TextfilesDropped = Counter(
        "nofile", "agent_textfiles_dropped", "nodetelemetry.agent.textfiles_dropped", ReadingUnit.None,
        "Textfiles and series of textfiles that were malformed or too many, each time");

    /// <summary>The section.</summary>
    public static readonly SectionDefinition Definition = new(
        "agent",
        "The agent itself",
        SamplersFailed, ValuesRefused, TicksSkipped, SendsFailed, SectionsDropped,
        TextfilesDropped);
}
