using System.Text;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Collector.Exposition;

/// <summary>Readings with one metric name, and as prepared bytes what is the same in every sample.</summary>
/// <param name="Name">The metric's name.</param>
/// <param name="Type"><c>gauge</c> or <c>counter</c>.</param>
/// <param name="Help">What it is.</param>
internal sealed record SeriesFamily(string Name, string Type, string Help)
{
    private const string Prefix = "nodetelemetry_node_";

    /// <summary>Gets the families of the scalar readings.</summary>
    public static IReadOnlyList<SeriesFamily> Scalars { get; } = Create(ReadingCatalog.Scalars);

    /// <summary>Gets the name in UTF-8.</summary>
    public byte[] NameBytes { get; } = Encoding.UTF8.GetBytes(Name);

    /// <summary>Gets the readings, with their labels as <c>a="b",c="d"</c>.</summary>
    public (FieldDefinition Field, byte[] Labels)[] Fields { get; private init; } = [];

    /// <summary>Creates a family of numbers that are not readings.</summary>
    /// <param name="name">The name after <c>nodetelemetry_node_</c>; a counter's ends in <c>_total</c>.</param>
    /// <param name="help">What it is.</param>
    public static SeriesFamily Create(string name, string help) => new(
        Prefix + name, name.EndsWith("_total", StringComparison.Ordinal) ? "counter" : "gauge", help);

    /// <summary>Creates the families of fields, by their names.</summary>
    public static SeriesFamily[] Create(IEnumerable<FieldDefinition> fields) =>
    [
        .. fields.GroupBy(static field => field.Name).Select(static family => new SeriesFamily(
            Prefix + family.Key,
            family.First().Kind == FieldKind.Counter ? "counter" : "gauge",
            family.First().FamilyHelp)
        {
            Fields = [.. family.Select(static field => (field, FormatLabels(field)))],
        }),
    ];

    private static byte[] FormatLabels(FieldDefinition field) => field.Labels.Count == 0
        ? []
        : PrometheusWriter.FormatLabels([.. field.Labels.Select(static label => (label.Key, label.Value))]);
}
