using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Tests.Sensors;

/// <summary>Writes a section's entries as lines, for comparing.</summary>
internal static class SensorText
{
    /// <summary>Writes them: <c>bme280 t=23.72 chip=BME280</c>.</summary>
    public static string[] Of(SectionReading? section) =>
    [
        .. Enumerable.Range(0, section?.EntryCount ?? 0).Select(index => $"{section![index].Name} " + string.Join(
            ' ',
            section.Definition.Fields
                .Select(field => (field.WireName, Value: section[index].TextOrNumber(field)))
                .Where(static item => item.Value is not null)
                .Select(static item => $"{item.WireName}={item.Value}"))),
    ];
}
