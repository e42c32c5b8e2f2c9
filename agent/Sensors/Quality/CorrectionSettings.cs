namespace NodeTelemetry.Agent.Sensors.Quality;

/// <summary>How sensor readings are corrected. By default they are not.</summary>
/// <remarks>The factor depends on the board, its case, its fan and the load, so a guess would be wrong by degrees.
/// Nothing is compensated before the user has compared the sensor with a thermometer.</remarks>
internal sealed class CorrectionSettings
{
    /// <summary>The minimum factor. Users report 0.8 to 3 for boards above the CPU.</summary>
    public const double FactorMin = 0.2;

    /// <summary>The maximum factor. Larger ones compensate nothing.</summary>
    public const double FactorMax = 100;

    /// <summary>Gets or sets the thermal isolation from the CPU, 0.2 to 100; see <see cref="CpuHeat"/>.</summary>
    public SensorNumbers TemperatureFactor { get; set; } = SensorNumbers.None;

    /// <summary>Gets or sets the offset added to a temperature, -20 to 20 °C.</summary>
    public SensorNumbers TemperatureOffset { get; set; } = SensorNumbers.None;

    /// <summary>Gets or sets the altitude of the node, -430 to 9000 m; <see langword="null"/>:
    /// pressure is not reduced to sea level.</summary>
    public double? AltitudeMetres { get; set; }

    /// <summary>Gets or sets the directory for the baselines of gas sensors; <see langword="null"/>:
    /// they are learned again after each start.</summary>
    public string? StateDirectory { get; set; }
}
