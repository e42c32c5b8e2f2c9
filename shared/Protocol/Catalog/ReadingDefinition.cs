using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Protocol.Catalog;

/// <summary>One reading that has a single number per sample, declared once for every place that shows or stores
/// it.</summary>
/// <param name="Name">Its name in Prometheus without prefix, ending in the unit: <c>cpu_usage_ratio</c>.</param>
/// <param name="ApiName">Its name in the HTTP API and in the history: <c>cpuRatio</c>.</param>
/// <param name="FieldName">Its field in OpenSearch, by the OpenTelemetry semantic conventions where they have
/// one.</param>
/// <param name="Unit">Its base unit.</param>
/// <param name="Help">What it is, in a sentence without the final stop.</param>
/// <param name="Value">Reads it from a snapshot; <see langword="null"/> where the node does not have it.</param>
/// <param name="InHistory">Whether the collector keeps its history: what does not change, or follows from others, is
/// not kept.</param>
public sealed record ReadingDefinition(
    string Name,
    string ApiName,
    string FieldName,
    ReadingUnit Unit,
    string Help,
    Func<NodeSnapshot, double?> Value,
    bool InHistory)
{
    /// <summary>Gets the kind of its value.</summary>
    public FieldKind Kind { get; init; }

    /// <summary>Gets what tells readings of the same <see cref="Name"/> apart in Prometheus.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; init; } = [];

    /// <summary>Gets what all readings of the same <see cref="Name"/> are.</summary>
    public string FamilyHelp { get => field ?? Help; init; }

    /// <summary>Gets the field of a section that it is; <see langword="null"/> for what raspi-cluster's keys and the
    /// header hold.</summary>
    public FieldDefinition? Field { get; init; }

    /// <summary>Makes a reading of a field of a section without entries.</summary>
    internal static ReadingDefinition Of(FieldDefinition field) => new(
        field.Name,
        field.ApiName,
        field.FieldName,
        field.Unit,
        field.Help,
        snapshot => snapshot.Section(field.Section)?[field],
        field.InHistory)
    {
        Kind = field.Kind,
        Labels = field.Labels,
        FamilyHelp = field.FamilyHelp,
        Field = field,
    };
}
