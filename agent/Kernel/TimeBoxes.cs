namespace NodeTelemetry.Agent.Kernel;

/// <summary>Runs many pieces of slow work independently: one that hangs keeps its thread,
/// the others use another.</summary>
/// <remarks>While nothing hangs there is one thread, created at the first use. Allocates: nothing while nothing hangs.
/// For one caller thread.</remarks>
/// <param name="name">The name of the threads.</param>
/// <param name="limit">The longest wait for one piece of work.</param>
/// <param name="countMax">The maximum number of hanging threads; further work is not started.</param>
internal sealed class TimeBoxes(string name, TimeSpan limit, int countMax) : IDisposable
{
    private readonly List<TimeBox> _abandoned = [];
    private TimeBox? _spare;
    private int _running;

    /// <summary>Returns whether started work has not ended.</summary>
    public bool IsRunning(SlowWork work)
    {
        if (work.Box is not { } box)
        {
            return false;
        }

        if (box.IsBusy)
        {
            return true;
        }

        work.Box = null;
        _running--;
        if (_spare is null)
        {
            _spare = box;
        }
        else
        {
            box.Dispose();
        }

        return false;
    }

    /// <summary>Starts work, and waits for it unless it was late before.</summary>
    /// <returns>Whether it completed in time. Otherwise it is running,
    /// or was not started because too many threads hang.</returns>
    public bool TryRun(SlowWork work)
    {
        if (IsRunning(work))
        {
            return false;
        }

        _abandoned.RemoveAll(static box => !box.IsBusy);
        if (_running + _abandoned.Count >= countMax)
        {
            return false;
        }

        var box = _spare ?? new TimeBox(name, limit);
        _spare = null;
        work.Box = box;
        _running++;
        if (work.WasLate)
        {
            box.TryStart(work.Work);
            return false;
        }

        box.TryRun(work.Work);
        work.WasLate = IsRunning(work);
        return !work.WasLate;
    }

    /// <summary>Abandons work. If it still runs, its thread ends after it.</summary>
    public void Abandon(SlowWork work)
    {
        if (IsRunning(work))
        {
            _running--;
            work.Box!.Dispose();
            _abandoned.Add(work.Box);
            work.Box = null;
        }
    }

    /// <summary>Ends the idle thread; busy threads end after their work.</summary>
    public void Dispose() => _spare?.Dispose();
}
