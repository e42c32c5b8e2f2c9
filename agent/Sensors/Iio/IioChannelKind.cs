using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Sensors.Iio;

/// <summary>A kind of IIO channel and the field that it fills.</summary>
/// <param name="Field">The field.</param>
/// <param name="Factor">The factor from the kernel's unit to that of the field.</param>
/// <param name="Scale">Whether the kernel's number needs a scale.</param>
internal sealed record IioChannelKind(FieldDefinition Field, double Factor, IioScale Scale)
{
    private const double Thousandth = 0.001;

    /// <summary>The kinds by channel type, with the modifier where it has a meaning.</summary>
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

    /// <summary>Gets the conversion to the field's quantity;
    /// <see langword="null"/> if the channel measures it directly.
    /// </summary>
    public Func<double, double?>? Convert { get; init; }

    /// <summary>Finds the gas that an input of an Enviro+'s ADC measures; <see langword="null"/> if it measures none.
    /// </summary>
    /// <param name="input">The number of the input.</param>
    /// <param name="board">The board.</param>
    public static IioChannelKind? FindGas(ReadOnlySpan<char> input, EnviroPlus board) =>
        int.TryParse(input, out var number) && number >= 0 && number < Mics6814.Inputs.Length
            ? Kinds["voltage"] with
            {
                Field = Mics6814.Inputs[number],
                Convert = volts => board.HasGas ? Mics6814.Ohms(volts) : null,
            }
            : null;

    /// <summary>Finds a kind of channel; <see langword="null"/> if the section has no field for it.</summary>
    public static IioChannelKind? Find(ChipModel? model, string name)
    {
        var kind = Kinds.GetValueOrDefault(name);
        return model is { KernelUnitsAreWhole: true } && kind?.Factor < 1
            ? kind with { Factor = kind.Factor / Thousandth }
            : kind is not null && model?.CorrectKernelValue is { } correct
            ? kind with { Convert = value => correct(kind.Field, value) }
            : kind;
    }
}
