using System.Runtime.InteropServices;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Hosting;

/// <summary>Makes SIGTERM and SIGINT (stop) and SIGHUP (reload) readable descriptors, which poll(2) can wait for.
/// Only this class handles signals.</summary>
internal sealed class ShutdownSignals : IDisposable
{
    private readonly WakeEvent _end = new();
    private readonly WakeEvent _reload = new();
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Initializes a new instance of the <see cref="ShutdownSignals"/> class.</summary>
    /// <exception cref="InvalidOperationException">The kernel refused an event descriptor.</exception>
    public ShutdownSignals() =>
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal),
        ];

    /// <summary>Gets a descriptor that becomes readable when the agent is to stop, to be polled together with sockets.
    /// It is never read, so it stays readable.</summary>
    public int Descriptor => _end.Descriptor;

    /// <summary>Gets a descriptor that becomes readable when the configuration is to be reloaded
    /// and stays readable until <see cref="TakeReload"/>.</summary>
    public int ReloadDescriptor => _reload.Descriptor;

    /// <summary>Returns whether a reload was requested since the last call. Several requests count as one.</summary>
    public bool TakeReload() => _reload.TryTake();

    /// <summary>Waits until the agent is to stop, at most for <paramref name="timeout"/>.
    /// Any other signal may end the wait early.</summary>
    /// <returns><see langword="true"/> if the agent is to stop.</returns>
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
        // Otherwise the process would end before the goodbye is sent.
        context.Cancel = true;
        (context.Signal == PosixSignal.SIGHUP ? _reload : _end).Set();
    }
}
