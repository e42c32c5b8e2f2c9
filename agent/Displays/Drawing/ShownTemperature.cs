using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Displays.Drawing;

/// <summary>The temperature that a display shows: of the air, or of the processor where no sensor has any.</summary>
/// <param name="Celsius">The temperature.</param>
/// <param name="Source">The sensor's name.</param>
/// <param name="State">Why it is not to be believed; <see langword="null"/> if it is.</param>
/// <param name="IsAir">Whether it is of the air.</param>
internal sealed record ShownTemperature(double Celsius, string Source, string? State, bool IsAir)
{
    /// <summary>Gets the colour to write it in.</summary>
    public ushort Colour => State is null ? ColourOf(Celsius) : Drawing.Colour.Grey;

    /// <summary>Finds it; <see langword="null"/> if there is none.</summary>
    public static ShownTemperature? Find(NodeSnapshot snapshot)
    {
        var field = SensorsSection.TemperatureCelsius;
        if (SensorValue.Find(snapshot, field) is { } entry)
        {
            return new ShownTemperature(entry[field]!.Value, entry.Name!, SensorValue.StateOf(entry), IsAir: true);
        }

        return snapshot[CpuSummarySection.TemperatureCelsius] is { } celsius
            ? new ShownTemperature(celsius, "processor", State: null, IsAir: false)
            : null;
    }

    /// <summary>Gets the colour of another temperature of the same thing.</summary>
    public ushort ColourOf(double celsius) =>
        IsAir ? Drawing.Colour.OfRoom(celsius) : Drawing.Colour.OfProcessor(celsius);
}
