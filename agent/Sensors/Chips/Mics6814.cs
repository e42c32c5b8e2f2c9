using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>SGX MiCS-6814 gas sensor on the Enviro+: three resistances, each in a voltage divider with 56 kΩ at 3.3 V.
/// </summary>
/// <remarks>Source: MiCS-6814 datasheet; the board vendor's library for the circuit.
/// A concentration in ppm requires calibration gas.</remarks>
internal static class Mics6814
{
    /// <summary>The MiCS-6814.</summary>
    public static readonly ChipModel Model = new()
    {
        PartNumber = "MICS6814",
        WarmUp = TimeSpan.FromMinutes(10),

        // The range that the circuit around it can resolve.
        Limits =
        [
            (SensorsSection.OxidisingOhms, OhmsMin, OhmsMax),
            (SensorsSection.ReducingOhms, OhmsMin, OhmsMax),
            (SensorsSection.AmmoniaOhms, OhmsMin, OhmsMax),
        ],

        // The converter's steps of 3 mV are a tenth of the resistance near its upper end.
        Noisy = [SensorsSection.OxidisingOhms, SensorsSection.ReducingOhms, SensorsSection.AmmoniaOhms],
    };

    /// <summary>The name of the entry.</summary>
    public const string Name = "mics6814";

    private const double OhmsMin = 100;
    private const double OhmsMax = 10_000_000;
    private const double SupplyVolts = 3.3;
    private const double DividerOhms = 56_000;

    /// <summary>Below this voltage across the divider, the current is within the error of the ADC.</summary>
    private const double DividerVoltsMin = 0.001;

    /// <summary>The fields of the ADC inputs, by input number.</summary>
    public static readonly FieldDefinition[] Inputs =
        [SensorsSection.OxidisingOhms, SensorsSection.ReducingOhms, SensorsSection.AmmoniaOhms];

    /// <summary>Gets a resistance from the voltage across it.</summary>
    /// <returns><see langword="null"/> from 3.3 V, where the formula has a pole.
    /// <see cref="ChipModel.Limits"/> discard values outside the range of the sensor.</returns>
    public static double? Ohms(double volts) =>
        SupplyVolts - volts > DividerVoltsMin ? Math.Max(0, volts) * DividerOhms / (SupplyVolts - volts) : null;
}
