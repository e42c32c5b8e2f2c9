namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>Tells whether a temperature leapt further than heat can travel.</summary>
/// <remarks>
/// Some boards report 228 °C now and then, and 48 °C before and after. A value is a spike if no board can have it, or
/// if
/// it is more than <see cref="LeapMax"/> (<see cref="DieLeapMax"/> within a processor, which has little mass) away from
/// the last believed one of at most <see cref="PauseMax"/> ago. What a second value in a row confirms is believed.
/// </remarks>
/// <param name="isDie">Whether the sensor is within a chip that heats itself.</param>
internal sealed class SpikeRule(bool isDie)
{
    /// <summary>°C between two samples of something with mass, such as a drive or a board.</summary>
    public const double LeapMax = 20;

    /// <summary>The same of a core that goes from idle to full load.</summary>
    public const double DieLeapMax = 45;

    /// <summary>Within more time than this everything may happen.</summary>
    public static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(5);

    private readonly double _leapMax = isDie ? DieLeapMax : LeapMax;
    private double? _believed;
    private double _last;

    /// <summary>Judges the next value.</summary>
    /// <param name="celsius">The value.</param>
    /// <param name="pause">The time since the one before; <see langword="null"/> if there is none.</param>
    public bool IsSpike(double celsius, TimeSpan? pause)
    {
        var isConfirmed = Math.Abs(celsius - _last) <= _leapMax;
        _last = celsius;
        if (!ThermalSampler.IsPlausible(celsius))
        {
            return true;
        }

        if (_believed is { } believed && pause <= PauseMax && Math.Abs(celsius - believed) > _leapMax && !isConfirmed)
        {
            return true;
        }

        _believed = celsius;
        return false;
    }
}
