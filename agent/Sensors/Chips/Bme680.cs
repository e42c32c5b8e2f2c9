using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>Bosch's BME680 and BME688: temperature, pressure, humidity and the resistance of a gas sensor,
/// read by a kernel driver only.</summary>
/// <remarks>
/// Source: datasheet BST-BME680-DS001; drivers/iio/chemical/bme680_core.c.
/// The driver reports humidity in percent where the ABI requires thousandths. Before commit ae1f7b93b520 (mid-2024,
/// also in stable kernels since) it reported pressure in hPa instead of kPa. Either is recognised by the value,
/// because no air is drier than 0.1 %, or denser than at 200 kPa within the range of the chip.
/// </remarks>
internal static class Bme680
{
    private const double HumidityRatioMin = 0.0011;
    private const double PressurePascalsMax = 200_000;

    /// <summary>Gets the model of either chip; the kernel calls both <c>bme680</c>.</summary>
    public static ChipModel Model { get; } = new()
    {
        PartNumber = "BME680",
        Limits =
        [
            (SensorsSection.TemperatureCelsius, -40, 85),
            (SensorsSection.PressurePascals, 30_000, 110_000),
            (SensorsSection.HumidityRatio, 0, 1),
        ],
        CorrectKernelValue = Correct,
    };

    private static double Correct(FieldDefinition field, double value) =>
        field == SensorsSection.HumidityRatio && value < HumidityRatioMin ? 1000 * value
        : field == SensorsSection.PressurePascals && value > PressurePascalsMax ? value / 10
        : value;
}
