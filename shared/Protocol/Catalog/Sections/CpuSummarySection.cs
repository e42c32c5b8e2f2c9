using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>raspi-cluster's keys <c>cpufreq</c>, <c>cputemp</c> and <c>cpuusage</c>.</summary>
/// <remarks>Source: cpufreq and thermal in sysfs, proc_stat(5).</remarks>
public static class CpuSummarySection
{
    public static readonly FieldDefinition FrequencyHertz = Gauge(
        "cpufreq", "cpu_frequency_hertz", "system.cpu.frequency", Hertz,
        "Current frequency of the fastest core", inHistory: true, apiName: "cpuHertz", scale: 1e6, decimals: 3);
    public static readonly FieldDefinition TemperatureCelsius = Gauge(
        "cputemp", "cpu_temperature_celsius", "hw.temperature", Celsius,
        "CPU temperature", inHistory: true, apiName: "temperatureCelsius");
    public static readonly FieldDefinition UsageRatio = Gauge(
        "cpuusage", "cpu_usage_ratio", "system.cpu.utilization", Ratio,
        "Share of time that all cores together were not idle since the last sample",
        inHistory: true, apiName: "cpuRatio");

    public static readonly SectionDefinition Definition = new(
        "cpusummary", "CPU frequency, temperature and use", FrequencyHertz, TemperatureCelsius, UsageRatio)
    {
        Layout = SectionLayout.Keys,
        PrecedesHeader = true,
    };
}
