namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>Detects temperatures that change faster than heat can.</summary>
/// <remarks>
/// Some boards occasionally report 228 °C between two readings of 48 °C.
/// A value is a suspect spike if it is outside the plausible range,
/// or if it differs by more than <see cref="LeapMax"/> (<see cref="DieLeapMax"/> on a die,
/// which has little mass) from the last accepted value, and that is not too old.
/// A second similar value in a row is accepted. Values are those of different readings, not of different ticks.
/// </remarks>
/// <param name="isDie">Whether the sensor is on a die that heats itself.</param>
/// <param name="powerOnCelsius">The value that the sensor reports until it has measured for the first time;
/// <see langword="null"/> if it reports none.</param>
internal sealed class SpikeRule(bool isDie, double? powerOnCelsius = null)
{
    /// <summary>The value of a DS18B20's register at power-on.</summary>
    public const double WirePowerOnCelsius = 85;

    /// <summary>The largest plausible change in °C of a body with mass, such as a drive or a board.</summary>
    public const double LeapMax = 20;

    /// <summary>The largest plausible change in °C of a core between idle and full load.</summary>
    public const double DieLeapMax = 45;

    /// <summary>After a longer pause between two readings of a fast chip, any change is plausible.</summary>
    public static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(5);

    private readonly double _leapMax = isDie ? DieLeapMax : LeapMax;
    private double? _accepted;
    private double _last;

    /// <summary>Evaluates the next value.</summary>
    /// <param name="celsius">The value.</param>
    /// <param name="pause">The time since the previous value; <see langword="null"/> for the first.</param>
    /// <param name="pauseMax">The pause after which any change is plausible.</param>
    public bool IsSpike(double celsius, TimeSpan? pause, TimeSpan pauseMax)
    {
        var isConfirmed = Math.Abs(celsius - _last) <= _leapMax;
        _last = celsius;
        if (pause is null && celsius == powerOnCelsius)
        {
            return true;
        }

        if (!ThermalSampler.IsPlausible(celsius))
        {
            return true;
        }

        if (_accepted is { } accepted && pause <= pauseMax && Math.Abs(celsius - accepted) > _leapMax && !isConfirmed)
        {
            return true;
        }

        _accepted = celsius;
        return false;
    }
}
