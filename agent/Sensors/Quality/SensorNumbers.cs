namespace NodeTelemetry.Agent.Sensors.Quality;

/// <summary>A setting for all sensors above the CPU, or for individual sensors by name.</summary>
/// <param name="ForAll">The value for all sensors above the CPU.</param>
/// <param name="ByName">The values by entry name.</param>
internal sealed record SensorNumbers(double? ForAll, IReadOnlyList<KeyValuePair<string, double>> ByName)
{
    /// <summary>No setting.</summary>
    public static readonly SensorNumbers None = new(null, []);

    /// <summary>Finds the setting for a sensor; <see langword="null"/> if there is none.</summary>
    /// <param name="sensor">The name of the sensor.</param>
    /// <param name="isAboveCpu">Whether it sits above the CPU, on a HAT.</param>
    public double? Find(string sensor, bool isAboveCpu)
    {
        for (var index = 0; index < ByName.Count; index++)
        {
            if (ByName[index].Key == sensor)
            {
                return ByName[index].Value;
            }
        }

        return isAboveCpu ? ForAll : null;
    }
}
