namespace NodeTelemetry.Agent.Sensors.Quality;

/// <summary>The heat of the processor, which reaches the sensors of a HAT above it.</summary>
/// <remarks>
/// Source: the method of the vendor's examples for the Enviro boards: the processor's temperature is the mean of the
/// last five readings a second apart, and the air is colder than the sensor by the difference of the two, divided by a
/// factor. The same mean is used here, so that factors people have found for those examples hold. Allocates: nothing.
/// </remarks>
/// <param name="time">The clock.</param>
internal sealed class CpuHeat(TimeProvider time)
{
    private const int Count = 5;

    /// <summary>A second, but for the unsteadiness of ticks.</summary>
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(900);

    /// <summary>Within that time a processor goes from cold to hot.</summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromMinutes(1);

    private readonly double[] _readings = new double[Count];
    private int _count;
    private int _next;
    private long _added;

    /// <summary>Gets the mean of the last temperatures; <see langword="null"/> if there are none of late.</summary>
    public double? MeanCelsius
    {
        get
        {
            if (_count == 0 || time.GetElapsedTime(_added) > AgeMax)
            {
                return null;
            }

            var sum = 0.0;
            for (var index = 0; index < _count; index++)
            {
                sum += _readings[index];
            }

            return sum / _count;
        }
    }

    /// <summary>Gets the temperature of the air.</summary>
    /// <param name="celsius">What the sensor says.</param>
    /// <param name="cpuCelsius">The temperature of the processor.</param>
    /// <param name="factor">How well the sensor is kept from it.</param>
    public static double Compensate(double celsius, double cpuCelsius, double factor) =>
        celsius - ((cpuCelsius - celsius) / factor);

    /// <summary>Gets the factor with which <see cref="Compensate"/> gives the temperature of the air.</summary>
    public static double Factor(double celsius, double cpuCelsius, double airCelsius) =>
        (cpuCelsius - celsius) / (celsius - airCelsius);

    /// <summary>Adds the temperature of a tick.</summary>
    public void Add(double celsius)
    {
        if (MeanCelsius is null)
        {
            _count = _next = 0;
        }
        else if (time.GetElapsedTime(_added) < Spacing)
        {
            return;
        }

        _added = time.GetTimestamp();
        _readings[_next] = celsius;
        _next = (_next + 1) % Count;
        _count = Math.Min(Count, _count + 1);
    }
}
