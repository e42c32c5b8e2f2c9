namespace NodeTelemetry.Agent.Sensors.Quality;

/// <summary>The learned resistance of one gas channel in clean air.</summary>
/// <remarks>
/// Sensors of one model differ by a factor of a hundred and drift with age, temperature and humidity.
/// A resistance alone is therefore meaningless, and a concentration needs calibration gas;
/// the ratio to the baseline shows changes of the air.
/// In the first hour the baseline follows the resistance in both directions.
/// Afterwards it follows cleaner air with a time constant of an hour and gas with one of a week,
/// on a logarithmic scale, so it stays near the cleanest hours of the last days. Allocates: nothing.
/// </remarks>
/// <param name="isCleanHigh">Whether the resistance is high in clean air: reducing gases and ammonia lower it,
/// oxidising gases raise it.</param>
internal sealed class GasBaseline(bool isCleanHigh)
{
    /// <summary>The time constant towards cleaner air, and the learning time before the baseline is used:
    /// longer than a draught, shorter than a night.</summary>
    public static readonly TimeSpan LearnTime = TimeSpan.FromHours(1);

    /// <summary>The time constant towards gas: a day of cooking must not become the new clean air, a new season must.
    /// </summary>
    public static readonly TimeSpan DriftTime = TimeSpan.FromDays(7);

    /// <summary>A suspended machine learns nothing.</summary>
    public static readonly TimeSpan StepMax = TimeSpan.FromMinutes(1);

    private double _log;
    private TimeSpan _learned;
    private bool _hasBegun;

    /// <summary>Gets the baseline; <see langword="null"/> while it is being learned.</summary>
    public double? Ohms => _learned >= LearnTime ? Math.Exp(_log) : null;

    /// <summary>Learns from a reading of a warm sensor.</summary>
    /// <param name="ohms">The resistance.</param>
    /// <param name="elapsed">The time since the previous reading.</param>
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
        _learned = _learned < LearnTime ? _learned + step : _learned;
    }

    /// <summary>Restores a learned baseline.</summary>
    public void Restore(double ohms)
    {
        _hasBegun = true;
        _log = Math.Log(ohms);
        _learned = LearnTime;
    }
}
