using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Displays.Drawing;

/// <summary>The temperature that a display shows: the air temperature, or that of the CPU if no sensor has one.
/// </summary>
/// <param name="Celsius">The temperature.</param>
/// <param name="Source">The sensor's name.</param>
/// <param name="State">Why the value is unreliable; <see langword="null"/> if it is reliable.</param>
/// <param name="IsAir">Whether it is an air temperature.</param>
internal sealed record DisplayedTemperature(double Celsius, string Source, string? State, bool IsAir)
{
    /// <summary>Gets the text colour.</summary>
    public ushort Colour => State is null ? GetColour(Celsius) : Drawing.Colour.Grey;

    /// <summary>Finds the temperature to display; <see langword="null"/> if there is none.</summary>
    public static DisplayedTemperature? Find(NodeSnapshot snapshot)
    {
        var field = SensorsSection.TemperatureCelsius;
        if (SensorValue.Find(snapshot, field) is { } entry)
        {
            var state = SensorValue.FindState(entry);
            return new DisplayedTemperature(entry[field]!.Value, entry.Name!, state, IsAir: true);
        }

        return snapshot[CpuSummarySection.TemperatureCelsius] is { } celsius
            ? new DisplayedTemperature(celsius, "CPU", State: null, IsAir: false)
            : null;
    }

    /// <summary>Gets the colour of another temperature of the same source.</summary>
    public ushort GetColour(double celsius) =>
        IsAir ? Drawing.Colour.FromRoomTemperature(celsius) : Drawing.Colour.FromCpuTemperature(celsius);
}
