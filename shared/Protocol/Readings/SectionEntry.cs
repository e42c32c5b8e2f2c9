using NodeTelemetry.Protocol.Catalog;

namespace NodeTelemetry.Protocol.Readings;

/// <summary>One entry of a section: one disk, one interface, one sensor; or all of a scalar section.</summary>
public readonly record struct SectionEntry
{
    private readonly SectionReading _section;
    private readonly int _index;

    internal SectionEntry(SectionReading section, int index)
    {
        _section = section;
        _index = index;
    }

    /// <summary>Gets its name; <see langword="null"/> in a scalar section.</summary>
    public string? Name => _section.Name(_index);

    /// <summary>Gets a number, 1 and 0 for yes and no; <see langword="null"/> if the node does not have it.</summary>
    public double? this[FieldDefinition field] => _section.Number(_index, field);

    /// <summary>Gets a text; <see langword="null"/> if the node does not have it.</summary>
    public string? Text(FieldDefinition field) => _section.Text(_index, field);
}
