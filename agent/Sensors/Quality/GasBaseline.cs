namespace NodeTelemetry.Agent.Sensors.Quality;

/// <summary>The resistance that one part of a gas sensor has in the cleanest air it knows, learnt from its own
/// values.</summary>
/// <remarks>
/// Parts of one kind differ by a factor of a hundred and drift with their age, the temperature and the humidity, so a
/// resistance says little, and a concentration cannot be had without calibration gas; how far it is from its own
/// baseline says that the air has changed. Rule: in the first hour the baseline follows the resistance both ways; from
/// then on towards cleaner air within an hour, towards gas within a week, all in proportions. So it rests near the
/// cleanest hours of the last days. Allocates: nothing.
/// </remarks>
/// <param name="isCleanHigh">Whether clean air means a high resistance: so with reducing gases and ammonia, which let
/// it fall; oxidising ones let it rise.</param>
internal sealed class GasBaseline(bool isCleanHigh)
{
    /// <summary>The time constant towards cleaner air, and how long it learns before it is told: a night's airing, not
    /// a draught.</summary>
    public static readonly TimeSpan LearnTime = TimeSpan.FromHours(1);

    /// <summary>The time constant towards gas: a day of cooking must not become the new clean air, a new season
    /// must.</summary>
    public static readonly TimeSpan DriftTime = TimeSpan.FromDays(7);

    /// <summary>A machine that slept has learnt nothing meanwhile.</summary>
    public static readonly TimeSpan StepMax = TimeSpan.FromMinutes(1);

    private double _log;
    private TimeSpan _learnt;
    private bool _hasBegun;

    /// <summary>Gets the baseline; <see langword="null"/> while it is learnt.</summary>
    public double? Ohms => _learnt >= LearnTime ? Math.Exp(_log) : null;

    /// <summary>Takes a value of a warm sensor.</summary>
    /// <param name="ohms">The resistance.</param>
    /// <param name="elapsed">The time since the value before.</param>
    public void Learn(double ohms, TimeSpan elapsed)
    {
        var log = Math.Log(ohms);
        if (!_hasBegun)
        {
            _hasBegun = true;
            _log = log;
            return;
        }

        var step = elapsed < StepMax ? elapsed : StepMax;
        var isCleaner = (log > _log) == isCleanHigh;
        var constant = isCleaner || Ohms is null ? LearnTime : DriftTime;
        _log += (1 - Math.Exp(-step / constant)) * (log - _log);
        _learnt = _learnt < LearnTime ? _learnt + step : _learnt;
    }

    /// <summary>Goes on with a baseline that was learnt before.</summary>
    public void Restore(double ohms)
    {
        _hasBegun = true;
        _log = Math.Log(ohms);
        _learnt = LearnTime;
    }
}
