using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Sensors.Iio;

/// <summary>What a kind of IIO channel measures.</summary>
/// <param name="Field">What it is sent as.</param>
/// <param name="Factor">What the kernel's unit is multiplied by for the one that is sent.</param>
/// <param name="Scale">How the kernel's number becomes its unit.</param>
internal sealed record IioChannelKind(FieldDefinition Field, double Factor, IioScale Scale)
{
    /// <summary>This driver gives °C and %, where the rule is thousandths of them.</summary>
    private const string WholeUnitsChip = "hts221";
    private const double Thousandth = 0.001;

    /// <summary>By the name of the channel, with what tells several of a type apart if that has a meaning.</summary>
    /// <remarks>Source: Documentation/ABI/testing/sysfs-bus-iio. Units there: m°C, kPa, m%, lux, mV, mA, m/s², rad/s,
    /// gauss, percent of volume, µg/m³, ohm.</remarks>
    private static readonly Dictionary<string, IioChannelKind> Kinds = new()
    {
        ["temp"] = new(SensorsSection.TemperatureCelsius, Thousandth, IioScale.Optional),
        ["pressure"] = new(SensorsSection.PressurePascals, 1000, IioScale.Optional),
        ["humidityrelative"] = new(SensorsSection.HumidityRatio, Thousandth / 100, IioScale.Optional),
        ["illuminance"] = new(SensorsSection.Lux, 1, IioScale.Optional),
        ["proximity"] = new(SensorsSection.Proximity, 1, IioScale.Counts),
        ["resistance"] = new(SensorsSection.Ohms, 1, IioScale.Optional),
        ["voltage"] = new(SensorsSection.Volts, Thousandth, IioScale.Needed),
        ["current"] = new(SensorsSection.Amperes, Thousandth, IioScale.Needed),
        ["concentration_co2"] = new(SensorsSection.Co2Ratio, 0.01, IioScale.Optional),
        ["massconcentration_pm1"] = new(SensorsSection.Pm1, 1, IioScale.Optional),
        ["massconcentration_pm2p5"] = new(SensorsSection.Pm25, 1, IioScale.Optional),
        ["massconcentration_pm10"] = new(SensorsSection.Pm10, 1, IioScale.Optional),
        ["accel_x"] = new(SensorsSection.AccelerationX, 1, IioScale.Optional),
        ["accel_y"] = new(SensorsSection.AccelerationY, 1, IioScale.Optional),
        ["accel_z"] = new(SensorsSection.AccelerationZ, 1, IioScale.Optional),
        ["anglvel_x"] = new(SensorsSection.RotationX, 1, IioScale.Optional),
        ["anglvel_y"] = new(SensorsSection.RotationY, 1, IioScale.Optional),
        ["anglvel_z"] = new(SensorsSection.RotationZ, 1, IioScale.Optional),
        ["magn_x"] = new(SensorsSection.MagneticX, 0.0001, IioScale.Optional),
        ["magn_y"] = new(SensorsSection.MagneticY, 0.0001, IioScale.Optional),
        ["magn_z"] = new(SensorsSection.MagneticZ, 0.0001, IioScale.Optional),
        ["intensity_red"] = new(SensorsSection.RedCounts, 1, IioScale.Counts),
        ["intensity_green"] = new(SensorsSection.GreenCounts, 1, IioScale.Counts),
        ["intensity_blue"] = new(SensorsSection.BlueCounts, 1, IioScale.Counts),
        ["intensity_clear"] = new(SensorsSection.ClearCounts, 1, IioScale.Counts),
    };

    /// <summary>Gets what makes that of it which is sent, if it is not that already.</summary>
    public Func<double, double?>? Convert { get; init; }

    /// <summary>Finds which gas is at an input of an Enviro+'s converter; <see langword="null"/> if none is.</summary>
    /// <param name="input">The input's number.</param>
    /// <param name="board">The board.</param>
    public static IioChannelKind? FindGas(ReadOnlySpan<char> input, EnviroPlus board) =>
        int.TryParse(input, out var number) && number >= 0 && number < Mics6814.Inputs.Length
            ? Kinds["voltage"] with
            {
                Field = Mics6814.Inputs[number],
                Convert = volts => board.HasGas ? Mics6814.Ohms(volts) : null,
            }
            : null;

    /// <summary>Finds a kind; <see langword="null"/> if the section has no field for it.</summary>
    public static IioChannelKind? Find(string chip, string name)
    {
        var kind = Kinds.GetValueOrDefault(name);
        return chip == WholeUnitsChip && kind?.Factor < 1 ? kind with { Factor = kind.Factor / Thousandth } : kind;
    }
}
