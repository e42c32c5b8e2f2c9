using System.Runtime.ExceptionServices;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>Does work that may hang on a thread of its own, and waits for it no longer than a limit.</summary>
/// <remarks>
/// statfs(2) of a dead NFS mount never returns, and nothing can interrupt it. Such a call costs one tick the limit, and
/// the later ones nothing: while it hangs, the box is busy and refuses. A box has one thread, made at the first use, so
/// one thing at most hangs in it; whoever has several keeps the busy box for the one that hangs and takes another box
/// for the rest. Work that came too late may still write: its results belong into memory that nothing else uses until
/// <see cref="IsBusy"/> has ended. Allocates: nothing after the first use. For one caller's thread.
/// </remarks>
/// <param name="name">What the thread is called, for debuggers.</param>
/// <param name="limit">How long to wait for one piece of work.</param>
internal sealed class TimeBox(string name, TimeSpan limit) : IDisposable
{
    /// <summary>A system call and a parser need little; the default would be 8 MB of address space.</summary>
    private const int StackBytes = 128 * 1024;

    /// <summary>An object and no <see cref="Lock"/>: one cannot wait for a change under the latter.</summary>
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

    /// <summary>Does <paramref name="work"/>, unless earlier work still hangs. An exception of it is thrown here; one
    /// of work that came too late, at the next call.</summary>
    /// <param name="work">The same delegate each time, so that nothing is allocated.</param>
    /// <returns>Whether it was done within the limit.</returns>
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

    /// <summary>Begins <paramref name="work"/> without waiting for its end, unless earlier work still hangs.</summary>
    /// <returns>Whether it was begun.</returns>
    public bool TryStart(Action work)
    {
        lock (_gate)
        {
            return TryPost(work);
        }
    }

    /// <summary>Ends the thread as soon as what it does has ended; does not wait for that.</summary>
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
#pragma warning disable CA1031 // It is thrown again on the caller's thread; here it would end the process.
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
