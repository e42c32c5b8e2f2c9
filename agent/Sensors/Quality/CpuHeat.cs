namespace NodeTelemetry.Agent.Sensors.Quality;

/// <summary>Compensation for the CPU heat that reaches the sensors of a HAT.</summary>
/// <remarks>
/// Source: the vendor's examples for the Enviro boards. The CPU temperature is the mean of the last five readings,
/// one second apart; the air is colder than the sensor by the difference of the two divided by a factor.
/// Factors that users have determined with those examples remain valid. Allocates: nothing.
/// </remarks>
/// <param name="time">The clock.</param>
internal sealed class CpuHeat(TimeProvider time)
{
    private const int Count = 5;

    /// <summary>One second, with a tolerance for tick jitter.</summary>
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(900);

    /// <summary>A CPU heats up within this time.</summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromMinutes(1);

    private readonly double[] _readings = new double[Count];
    private int _count;
    private int _next;
    private long _added;

    /// <summary>Gets the mean of the last temperatures; <see langword="null"/> if there is no recent one.</summary>
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

    /// <summary>Gets the air temperature.</summary>
    /// <param name="celsius">The temperature of the sensor.</param>
    /// <param name="cpuCelsius">The temperature of the CPU.</param>
    /// <param name="factor">The thermal isolation of the sensor.</param>
    public static double Compensate(double celsius, double cpuCelsius, double factor) =>
        celsius - ((cpuCelsius - celsius) / factor);

    /// <summary>Gets the factor with which <see cref="Compensate"/> returns the given air temperature.</summary>
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
