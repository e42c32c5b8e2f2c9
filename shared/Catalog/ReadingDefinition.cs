using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Protocol.Catalog;

/// <summary>One reading that has a single number per sample, declared once for every place that shows or stores
/// it.</summary>
/// <remarks>Every reading of version 1 is a gauge: a value that goes up and down.</remarks>
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
    bool InHistory);
