using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Samplers;

/// <summary>Collects the readings of one tick. Reused, so that samplers do not allocate.</summary>
internal sealed class SnapshotBuilder
{
    private readonly SectionBuilder?[] _sections = new SectionBuilder?[SectionCatalog.All.Count];

    /// <summary>Gets or sets the kernel's uptime in whole seconds.</summary>
    public long? UptimeSeconds { get; set; }

    /// <summary>Gets or sets what changes rarely; <see langword="null"/> in ticks that do not send it.</summary>
    public AboutReading? About { get; set; }

    /// <summary>Gets how many values and entries this builder has refused as out of range,
    /// too long or too many.</summary>
    public long ValuesRefused
    {
        get
        {
            var sum = 0L;
            foreach (var section in _sections)
            {
                sum += (section?.ValuesRefused ?? 0) + (section?.EntriesRefused ?? 0);
            }

            return sum;
        }
    }

    /// <summary>Gets the builder of a section. Several samplers may fill the same section.</summary>
    public SectionBuilder Section(SectionDefinition definition) =>
        _sections[SectionCatalog.IndexOf(definition)] ??= new SectionBuilder(definition);

    /// <summary>Sets a number of a scalar section, unless it is <see langword="null"/>.</summary>
    public void Set(FieldDefinition field, double? value)
    {
        if (value is { } number)
        {
            Section(field.Section).Set(field, number);
        }
    }

    /// <summary>Gets a number of a scalar section; <see langword="null"/> if it is absent.</summary>
    public double? Number(FieldDefinition field) => _sections[SectionCatalog.IndexOf(field.Section)]?.Number(field);

    /// <summary>Prepares for the next tick.</summary>
    public void Reset()
    {
        UptimeSeconds = null;
        About = null;
        foreach (var section in _sections)
        {
            section?.Clear();
        }
    }

    /// <summary>Creates the snapshot.</summary>
    /// <remarks>Allocates: the snapshot, some 4 KB on a small board with everything enabled; at one second,
    /// one collection of 256 KiB a minute.</remarks>
    public NodeSnapshot Build(
        string hostname,
        SampleHeader header,
        IReadOnlyList<KeyValuePair<string, string>>? labels) =>
        new()
        {
            Hostname = hostname,
            Header = header,
            Sections = BuildSections(),
            About = About,
            Labels = labels,
        };

    private SectionReading[] BuildSections()
    {
        var count = 0;
        foreach (var section in _sections)
        {
            count += section?.EntryCount > 0 ? 1 : 0;
        }

        var readings = new SectionReading[count];
        count = 0;
        foreach (var section in _sections)
        {
            if (section?.Build() is { } reading)
            {
                readings[count++] = reading;
            }
        }

        return readings;
    }
}
