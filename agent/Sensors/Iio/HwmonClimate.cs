using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Sensors.Iio;

/// <summary>Finds the values of climate sensors with a hwmon driver: SHT2x, SHT3x, SHT4x, SHTC3, AHT10, AHT20, HIH6130.
/// </summary>
/// <remarks>Source: Documentation/hwmon/sysfs-interface.rst. Units: m%, m°C.</remarks>
internal static class HwmonClimate
{
    private const double Thousandth = 0.001;

    /// <summary>Finds the values of a chip.</summary>
    /// <param name="folder">The chip.</param>
    /// <param name="title">The name of the entry; that of further channels has their number.</param>
    public static List<IIioValue> Find(HwmonFolder folder, string title)
    {
        var chip = ChipModels.FindByKernelName(folder.Name)?.PartNumber ?? folder.Name;
        var values = new List<IIioValue>();
        var temperatures = folder.FindNumbers("temp", "_input");
        var humidities = folder.FindNumbers("humidity", "_input");
        foreach (var number in temperatures)
        {
            values.Add(new HwmonValue(
                GetEntryName(title, number, temperatures),
                chip,
                SensorsSection.TemperatureCelsius,
                folder.CreateInput($"temp{number}", "_input", Thousandth, SensorRange.Celsius)));
        }

        foreach (var number in humidities)
        {
            values.Add(new HwmonValue(
                GetEntryName(title, number, humidities),
                chip,
                SensorsSection.HumidityRatio,
                folder.CreateInput($"humidity{number}", "_input", Thousandth / 100, SensorRange.Share)));
        }

        return values;
    }

    private static string GetEntryName(string title, int number, SortedSet<int> numbers) =>
        number == numbers.Min ? title : $"{title}_{number}";
}
