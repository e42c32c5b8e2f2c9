namespace NodeTelemetry.Protocol.Readings;

/// <summary>All readings of one node at one tick: what one datagram, or all parts of one sample, carry.</summary>
/// <remarks>Immutable. A section that the node does not have is <see langword="null"/> and is left out of the
/// JSON.</remarks>
public sealed record NodeSnapshot
{
    /// <summary>Gets the host name, wire key <c>hostname</c>. Never empty.</summary>
    public required string Hostname { get; init; }

    /// <summary>Gets the identity and order of this sample; <see langword="null"/> for a raspi-cluster
    /// datagram.</summary>
    public SampleHeader? Header { get; init; }

    /// <summary>Gets processor frequency, temperature and use.</summary>
    public CpuReading? Cpu { get; init; }

    /// <summary>Gets the load averages.</summary>
    public LoadReading? Load { get; init; }

    /// <summary>Gets memory and swap.</summary>
    public MemoryReading? Memory { get; init; }

    /// <summary>Gets the sections that the node has, in the order of
    /// <see cref="Catalog.SectionCatalog.All"/>.</summary>
    public IReadOnlyList<SectionReading> Sections { get; init; } = [];

    /// <summary>Gets what changes rarely; sent in the first datagram and every
    /// <see cref="Limits.WireLimits.AboutPeriod"/>.</summary>
    public AboutReading? About { get; init; }

    /// <summary>Gets the labels from the agent's configuration, in their order there; never an empty list.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Labels { get; init; }

    /// <summary>Gets the goodbye of an agent that is about to stop.</summary>
    public ByeReading? Bye { get; init; }

    /// <summary>Gets the text of the wire key <c>sig</c>, <c>keyid:base64url</c>, as it was received; not checked
    /// here.</summary>
    public string? Signature { get; init; }

    /// <summary>Finds a section; <see langword="null"/> if the node does not have it.</summary>
    public SectionReading? Section(Catalog.SectionDefinition definition)
    {
        for (var index = 0; index < Sections.Count; index++)
        {
            if (ReferenceEquals(Sections[index].Definition, definition))
            {
                return Sections[index];
            }
        }

        return null;
    }
}
