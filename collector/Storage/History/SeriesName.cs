using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Collector.Storage.History;

/// <summary>The names in the database of series that come from what a node has several of:
/// <c>disk//boot/firmware/filesystemUsedRatio</c>.</summary>
internal static class SeriesName
{
    /// <summary>Stands in these names, and in none of a reading of which a node has one.</summary>
    public const char Separator = '/';

    private static readonly Dictionary<(string Section, string Field), FieldDefinition> Fields = SectionCatalog.All
        .SelectMany(static section => section.Fields)
        .Where(static field => field.InHistory)
        .ToDictionary(static field => (field.Section.Key, field.ApiName));

    /// <summary>Makes the name.</summary>
    public static string Of(FieldDefinition field, string entry) =>
        $"{field.Section.Key}{Separator}{entry}{Separator}{field.ApiName}";

    /// <summary>Takes it apart.</summary>
    /// <returns><see langword="null"/> if there is no such field: another version had it.</returns>
    public static (FieldDefinition Field, string Entry)? Parse(string name)
    {
        var first = name.IndexOf(Separator, StringComparison.Ordinal);
        var last = name.LastIndexOf(Separator);
        return first < last && Fields.TryGetValue((name[..first], name[(last + 1)..]), out var field)
            ? (field, name[(first + 1)..last])
            : null;
    }
}
