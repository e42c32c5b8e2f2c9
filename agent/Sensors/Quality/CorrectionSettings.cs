namespace NodeTelemetry.Agent.Sensors.Quality;

/// <summary>How the values of sensors are corrected; by default not at all.</summary>
/// <remarks>The factor depends on the board, its case, its fan and the load: a guess would be wrong by degrees, and
/// nobody could tell. So nothing is compensated before a person has compared the sensor with a thermometer.</remarks>
internal sealed class CorrectionSettings
{
    /// <summary>The least factor: people report 0.8 to 3 for boards that sit on a processor.</summary>
    public const double FactorMin = 0.2;

    /// <summary>The greatest: beyond it there is nothing left to take off.</summary>
    public const double FactorMax = 100;

    /// <summary>Gets or sets how well a sensor is kept from the heat of the processor; see <see cref="CpuHeat"/>; 0.2
    /// to 100.</summary>
    public SensorNumbers TemperatureFactor { get; set; } = SensorNumbers.None;

    /// <summary>Gets or sets what is added to a temperature, in °C; -20 to 20.</summary>
    public SensorNumbers TemperatureOffset { get; set; } = SensorNumbers.None;

    /// <summary>Gets or sets how high above the sea the node is, in metres, -430 to 9000; <see langword="null"/> not to
    /// reckon pressures down to it.</summary>
    public double? AltitudeMetres { get; set; }

    /// <summary>Gets or sets the folder in which the baselines of gas sensors are kept; <see langword="null"/> to learn
    /// them anew after each start.</summary>
    public string? StateDirectory { get; set; }
}
