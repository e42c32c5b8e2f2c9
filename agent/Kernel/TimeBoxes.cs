namespace NodeTelemetry.Agent.Kernel;

/// <summary>Does many pieces of slow work, each apart from the others: one that hangs keeps its thread, the rest go on
/// with another.</summary>
/// <remarks>While nothing hangs there is one thread, made at the first use. Allocates: nothing while nothing hangs. For
/// one caller's thread.</remarks>
/// <param name="name">What the threads are called.</param>
/// <param name="limit">How long to wait for one piece of work.</param>
/// <param name="countMax">How many may hang at a time: each costs a thread. More are not begun.</param>
internal sealed class TimeBoxes(string name, TimeSpan limit, int countMax) : IDisposable
{
    private readonly List<TimeBox> _abandoned = [];
    private TimeBox? _spare;
    private int _running;

    /// <summary>Tells whether work that was begun has not ended.</summary>
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

    /// <summary>Begins work that is not running, and waits for its end unless it was late before.</summary>
    /// <returns>Whether it has ended in time. If not, it is running, or was not begun because too much hangs.</returns>
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

    /// <summary>Forgets work: what it is about has gone. If it still runs, its thread ends after it.</summary>
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

    /// <summary>Ends the thread that waits for work; those that work end after it.</summary>
    public void Dispose() => _spare?.Dispose();
}
