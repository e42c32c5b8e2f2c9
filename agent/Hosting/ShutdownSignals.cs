using System.Runtime.InteropServices;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Hosting;

/// <summary>Turns SIGTERM and SIGINT, and SIGHUP, into something that can be waited for.
/// The only place that knows how signals arrive.</summary>
internal sealed class ShutdownSignals : IDisposable
{
    private readonly WakeEvent _end = new();
    private readonly WakeEvent _reload = new();
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Initializes a new instance of the <see cref="ShutdownSignals"/> class.</summary>
    /// <exception cref="InvalidOperationException">The kernel gives no event.</exception>
    public ShutdownSignals() =>
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal),
        ];

    /// <summary>Gets a descriptor that can be read once the end is wanted,
    /// so that one can wait for it together with sockets. It is never read, so it stays readable.</summary>
    public int Descriptor => _end.Descriptor;

    /// <summary>Gets a descriptor that can be read once the configuration is to be read again,
    /// until <see cref="TakeReload"/>.</summary>
    public int ReloadDescriptor => _reload.Descriptor;

    /// <summary>Asks whether the configuration is to be read again; however often it was wanted since the last call,
    /// it is once.</summary>
    public bool TakeReload() => _reload.TryTake();

    /// <summary>Waits until the end is wanted, but not longer than <paramref name="timeout"/>;
    /// any other signal may end the wait earlier.</summary>
    /// <returns><see langword="true"/> if the end is wanted.</returns>
    public bool Wait(TimeSpan timeout)
    {
        Span<PollDescriptor> descriptors = [new(Descriptor)];
        return PollDescriptor.Wait(descriptors, timeout) > 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _end.Dispose();
        _reload.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        // Without this the process would end before it has said goodbye.
        context.Cancel = true;
        (context.Signal == PosixSignal.SIGHUP ? _reload : _end).Set();
    }
}
