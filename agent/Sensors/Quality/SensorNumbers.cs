namespace NodeTelemetry.Agent.Sensors.Quality;

/// <summary>A setting of sensors: for all that sit above the processor, or for single ones by name.</summary>
/// <param name="ForAll">For all.</param>
/// <param name="ByName">By the name that the sensor is sent under, wherever it sits.</param>
internal sealed record SensorNumbers(double? ForAll, IReadOnlyList<KeyValuePair<string, double>> ByName)
{
    /// <summary>No setting.</summary>
    public static readonly SensorNumbers None = new(null, []);

    /// <summary>Finds the setting for a sensor; <see langword="null"/> if there is none.</summary>
    /// <param name="sensor">Its name.</param>
    /// <param name="isAboveCpu">Whether it is one of a HAT.</param>
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
