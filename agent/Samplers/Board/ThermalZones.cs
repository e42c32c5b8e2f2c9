using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>Finds the thermal zones of a board.</summary>
/// <remarks>Source: Documentation/driver-api/thermal/sysfs-api.rst.</remarks>
internal static class ThermalZones
{
    /// <summary>Boards have up to a dozen zones.</summary>
    public const int CountMax = 64;

    /// <summary>THERMAL_MAX_TRIPS.</summary>
    private const int TripCountMax = 12;
    private const int TextBytesMax = 64;
    private const double CelsiusPerUnit = 0.001;

    /// <summary>A zone without a sensor; its driver always reports 20 °C.</summary>
    private const string PolicyZone = "INT3400 Thermal";

    /// <summary>The same sensor as <c>Package id 0</c> of the hwmon chip <c>coretemp</c>.</summary>
    private const string PackageZone = "x86_pkg_temp";

    /// <summary>Adds a sensor for each zone.</summary>
    /// <param name="zones">The directories of the zones.</param>
    /// <param name="monitors">The names of the hwmon chips.</param>
    /// <param name="into">Receives the sensors.</param>
    /// <returns>The names of the hwmon chips that the kernel creates for these zones.</returns>
    public static HashSet<string> Find(
        IReadOnlyList<string> zones, IReadOnlyCollection<string> monitors, BoardSensorList into)
    {
        var shown = new HashSet<string>();
        foreach (var folder in zones)
        {
            var type = KernelText.ReadFile(Path.Join(folder, "type"), TextBytesMax);
            if (type is null or PolicyZone || (type == PackageZone && monitors.Contains("coretemp")))
            {
                continue;
            }

            shown.Add(SensorNames.FromZoneToHwmon(type));
            var input = new SensorInput(Path.Join(folder, "temp"), CelsiusPerUnit, SensorRange.Celsius);
            var limit = FindCritical(folder);
            var chip = into.CreateChip(isSlow: false);
            into.AddTemperature(
                SensorNames.FromZone(type), chip, input, limit, new SpikeRule(CpuSensors.IsWithinChip(type)));
            into.Add(chip);
        }

        return shown;
    }

    private static SensorInput? FindCritical(string folder)
    {
        for (var trip = 0; trip < TripCountMax; trip++)
        {
            var type = KernelText.ReadFile(Path.Join(folder, $"trip_point_{trip}_type"), TextBytesMax);
            if (type == "critical")
            {
                return new SensorInput(
                    Path.Join(folder, $"trip_point_{trip}_temp"), CelsiusPerUnit, SensorRange.CriticalCelsius);
            }
        }

        return null;
    }
}
