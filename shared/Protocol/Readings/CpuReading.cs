namespace NodeTelemetry.Protocol.Readings;

/// <summary>The processor: wire keys <c>cpufreq</c>, <c>cputemp</c>, <c>cpuusage</c> and <c>coreusage</c>, as
/// raspi-cluster names them.</summary>
public sealed record CpuReading
{
    /// <summary>Gets the present frequency of the fastest core in MHz.</summary>
    public double? FrequencyMegahertz { get; init; }

    /// <summary>Gets the processor's temperature in °C.</summary>
    public double? TemperatureCelsius { get; init; }

    /// <summary>Gets the share of time that all cores together were not idle since the last sample, 0 to 1; absent in a
    /// run's first sample.</summary>
    public double? UsageRatio { get; init; }

    /// <summary>Gets the same for each core that is online, in the kernel's order.</summary>
    public IReadOnlyList<double>? CoreUsageRatios { get; init; }
}
