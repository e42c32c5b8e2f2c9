using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Collector.Storage.History;

/// <summary>The names in the database of series from keyed entries,
/// such as <c>disk//boot/firmware/filesystemUsedRatio</c>.</summary>
internal static class SeriesName
{
    /// <summary>Separates the parts of these names, and occurs in no name of a scalar reading.</summary>
    public const char Separator = '/';

    private static readonly Dictionary<(string Section, string Field), FieldDefinition> Fields = SectionCatalog.All
        .SelectMany(static section => section.Fields)
        .Where(static field => field.InHistory)
        .ToDictionary(static field => (field.Section.Key, field.ApiName));

    /// <summary>Creates the name.</summary>
    public static string Create(FieldDefinition field, string entry) =>
        $"{field.Section.Key}{Separator}{entry}{Separator}{field.ApiName}";

    /// <summary>Parses a name.</summary>
    /// <returns><see langword="null"/> if there is no such field, as in a file of another version.</returns>
    public static (FieldDefinition Field, string Entry)? Parse(string name)
    {
        var first = name.IndexOf(Separator, StringComparison.Ordinal);
        var last = name.LastIndexOf(Separator);
        return first < last && Fields.TryGetValue((name[..first], name[(last + 1)..]), out var field)
            ? (field, name[(first + 1)..last])
            : null;
    }
}
