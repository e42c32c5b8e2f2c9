using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Protocol.Readings;

/// <summary>All readings of one node at one tick, as one datagram or all parts of one sample carry them.</summary>
/// <remarks>Immutable. What the node does not have is absent, here and in the JSON.</remarks>
public sealed record NodeSnapshot
{
    private readonly SectionReading[] _sections = [];

    /// <summary>Gets the host name, wire key <c>hostname</c>. Never empty.</summary>
    public required string Hostname { get; init; }

    /// <summary>Gets the identity and order of this sample;
    /// <see langword="null"/> for a raspi-cluster datagram.</summary>
    public SampleHeader? Header { get; init; }

    /// <summary>Gets the sections that the node has, in the order of <see cref="SectionCatalog.All"/>.</summary>
    public IReadOnlyList<SectionReading> Sections
    {
        get => _sections;
        init => _sections = value as SectionReading[] ?? [.. value];
    }

    /// <summary>Gets what changes rarely; sent in the first datagram and every <see cref="WireLimits.AboutPeriod"/>.
    /// </summary>
    public AboutReading? About { get; init; }

    /// <summary>Gets the labels from the agent's configuration, in their order there; never an empty list.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Labels { get; init; }

    /// <summary>Gets the goodbye of an agent that is about to stop.</summary>
    public ByeReading? Bye { get; init; }

    /// <summary>Gets the text of the wire key <c>sig</c>, <c>keyid:base64url</c>, as received;
    /// not verified here.</summary>
    public string? Signature { get; init; }

    /// <summary>Gets a scalar reading; <see langword="null"/> if the node does not have it.</summary>
    public double? this[FieldDefinition field]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(field);
            return ReferenceEquals(field, HeaderSection.UptimeSeconds)
                ? Header?.UptimeSeconds
                : Section(field.Section)?[field];
        }
    }

    /// <summary>Finds a section; <see langword="null"/> if the node does not have it.</summary>
    public SectionReading? Section(SectionDefinition definition)
    {
        // Every rule and every series of the history of every sample comes here: an array is searched without calls.
        foreach (var section in _sections)
        {
            if (ReferenceEquals(section.Definition, definition))
            {
                return section;
            }
        }

        return null;
    }
}
