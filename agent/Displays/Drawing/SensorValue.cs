using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Displays.Drawing;

/// <summary>A sensor's value of one quantity, formatted for small displays.</summary>
/// <param name="Label">The short name, at most 5 characters.</param>
/// <param name="Name">The name, at most 8 characters.</param>
/// <param name="Text">The number, at most 6 characters.</param>
/// <param name="Unit">The unit.</param>
/// <param name="State">Why the value is unreliable; <see langword="null"/> if it is reliable.</param>
/// <param name="Colour">The text colour.</param>
internal sealed record SensorValue(
    string Label, string Name, string Text, string Unit, string? State, ushort Colour)
{
    /// <summary>The number of double-size characters that fit into half a panel.</summary>
    private const int TextCharactersMax = 6;

    /// <summary>The displayed quantities in display order.</summary>
    private static readonly Quantity[] Quantities =
    [
        new(SensorsSection.TemperatureCelsius, "Temp", "Air", "°C", static value => $"{value:0.0}"),
        new(SensorsSection.HumidityRatio, "Humid", "Humidity", "%", static value => $"{100 * value:0}"),
        new(SensorsSection.PressurePascals, "Press", "Pressure", "hPa", static value => $"{value / 100:0.0}"),
        new(SensorsSection.DewPointCelsius, "Dew", "Dew", "°C", static value => $"{value:0.0}"),
        new(SensorsSection.Lux, "Light", "Light", "lx", static value => Large(value, "0.0")),
        new(SensorsSection.SoundDecibelsA, "Noise", "Noise", "dBA", static value => $"{value:0.0}"),
        new(SensorsSection.SoundDecibelsFullScale, "Noise", "Noise", "dB", static value => $"{value:0.0}"),
        new(SensorsSection.OxidisingOhms, "Oxid", "Oxidant", "Ω", static value => Large(value, "0")),
        new(SensorsSection.ReducingOhms, "Reduc", "Reducing", "Ω", static value => Large(value, "0")),
        new(SensorsSection.AmmoniaOhms, "NH3", "Ammonia", "Ω", static value => Large(value, "0")),
        new(SensorsSection.Pm1, "PM1", "PM1", "µg/m³", static value => $"{value:0}"),
        new(SensorsSection.Pm25, "PM2.5", "PM2.5", "µg/m³", static value => $"{value:0}"),
        new(SensorsSection.Pm10, "PM10", "PM10", "µg/m³", static value => $"{value:0}"),
        new(SensorsSection.Co2Ratio, "CO2", "CO2", "ppm", static value => $"{1e6 * value:0}"),
        new(SensorsSection.Volts, "Input", "Input", "V", static value => $"{value:0.00}"),
    ];

    /// <summary>Lists the values of all sensors, each quantity once.</summary>
    public static List<SensorValue> List(NodeSnapshot snapshot)
    {
        var values = new List<SensorValue>();
        foreach (var quantity in Quantities)
        {
            if (Find(snapshot, quantity.Field) is { } entry
                && (values.Count == 0 || values[^1].Label != quantity.Label))
            {
                var value = entry[quantity.Field]!.Value;
                var state = FindState(entry);
                var colour = state is not null ? Drawing.Colour.Grey
                    : quantity.Field == SensorsSection.TemperatureCelsius ? Drawing.Colour.FromRoomTemperature(value)
                    : Drawing.Colour.White;
                values.Add(new SensorValue(
                    quantity.Label,
                    quantity.Name,
                    PixelFont.Fit(quantity.Write(value), TextCharactersMax),
                    quantity.Unit,
                    state,
                    colour));
            }
        }

        return values;
    }

    /// <summary>Finds the first sensor with a quantity, preferring one whose value is not stale.</summary>
    public static SectionEntry? Find(NodeSnapshot snapshot, FieldDefinition field)
    {
        SectionEntry? found = null;
        var section = snapshot.Section(SensorsSection.Definition);
        for (var index = 0; index < (section?.EntryCount ?? 0); index++)
        {
            var entry = section![index];
            if (entry[field] is not null && (found is not { } other || (IsStale(other) && !IsStale(entry))))
            {
                found = entry;
            }
        }

        return found;
    }

    /// <summary>Gets a word for why an entry is unreliable; <see langword="null"/> if it is reliable.</summary>
    public static string? FindState(SectionEntry entry) =>
        IsStale(entry) ? "old" : entry[SensorsSection.WarmingUp] is > 0 ? "warm" : null;

    private static bool IsStale(SectionEntry entry) => entry[SensorsSection.Stale] is > 0;

    private static string Large(double value, string format) => value switch
    {
        < 100 => value.ToString(format, null),
        < 10_000 => $"{value:0}",
        < 100_000 => $"{value / 1e3:0.0}k",
        < 1e6 => $"{value / 1e3:0}k",
        _ => $"{value / 1e6:0.0}M",
    };

    private sealed record Quantity(
        FieldDefinition Field, string Label, string Name, string Unit, Func<double, string> Write);
}
