using System.Runtime.ExceptionServices;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>Runs work that may hang on a separate thread, and waits at most for a limit.</summary>
/// <remarks>
/// statfs(2) of a dead NFS mount never returns, and nothing can interrupt it.
/// Such a call delays one tick by the limit and later ones not at all: while it hangs,
/// the box is busy and refuses work. A box has one thread, created at the first use, so at most one call hangs in it;
/// <see cref="TimeBoxes"/> adds boxes as needed.
/// Late work may still write, so nothing else may use its memory while <see cref="IsBusy"/>.
/// Allocates: nothing after the first use. For one caller thread.
/// </remarks>
/// <param name="name">The name of the thread.</param>
/// <param name="limit">The longest wait for one piece of work.</param>
internal sealed class TimeBox(string name, TimeSpan limit) : IDisposable
{
    /// <summary>Enough for a system call and a parser; the default would be 8 MB of address space.</summary>
    private const int StackBytes = 128 * 1024;

    /// <summary>An object, because <see cref="Lock"/> does not support waiting for a pulse.</summary>
    private readonly object _gate = new();

    private Thread? _thread;
    private Action? _work;
    private Exception? _error;
    private bool _isDisposed;

    /// <summary>Gets a value indicating whether earlier work still hangs.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_gate)
            {
                return _work is not null;
            }
        }
    }

    /// <summary>Runs <paramref name="work"/>, unless earlier work still hangs.
    /// Its exception is thrown here; that of late work, at the next call.</summary>
    /// <param name="work">The same delegate each time, so that nothing is allocated.</param>
    /// <returns>Whether it completed within the limit.</returns>
    public bool TryRun(Action work)
    {
        lock (_gate)
        {
            if (!TryPost(work))
            {
                return false;
            }

            var isInTime = true;
            while (_work is not null && isInTime)
            {
                isInTime = Monitor.Wait(_gate, limit);
            }

            ThrowError();
            return _work is null;
        }
    }

    /// <summary>Starts <paramref name="work"/> without waiting for it, unless earlier work still hangs.</summary>
    /// <returns>Whether it was started.</returns>
    public bool TryStart(Action work)
    {
        lock (_gate)
        {
            return TryPost(work);
        }
    }

    /// <summary>Ends the thread after its current work, without waiting.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private bool TryPost(Action work)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_work is not null)
        {
            return false;
        }

        ThrowError();
        _work = work;
        if (_thread is null)
        {
            _thread = new Thread(Work, StackBytes) { IsBackground = true, Name = name };
            _thread.Start();
        }

        Monitor.PulseAll(_gate);
        return true;
    }

    private void Work()
    {
        while (true)
        {
            Action work;
            lock (_gate)
            {
                while (_work is null && !_isDisposed)
                {
                    Monitor.Wait(_gate);
                }

                if (_work is null)
                {
                    return;
                }

                work = _work;
            }

            var error = Isolate(work);
            lock (_gate)
            {
                _error = error;
                _work = null;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private static Exception? Isolate(Action work)
    {
        try
        {
            work();
            return null;
        }
#pragma warning disable CA1031 // Rethrown on the caller's thread; here it would end the process.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return error;
        }
    }

    private void ThrowError()
    {
        if (_error is { } error)
        {
            _error = null;
            ExceptionDispatchInfo.Throw(error);
        }
    }
}
