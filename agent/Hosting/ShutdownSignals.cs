using System.Runtime.InteropServices;

namespace NodeTelemetry.Agent.Hosting;

/// <summary>Turns SIGTERM and SIGINT into something that can be waited for. The only place that knows how signals
/// arrive.</summary>
internal sealed class ShutdownSignals : IDisposable
{
    private readonly ManualResetEventSlim _isRequested = new(false, spinCount: 0);
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Initializes a new instance of the <see cref="ShutdownSignals"/> class.</summary>
    public ShutdownSignals() =>
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        ];

    /// <summary>Waits until a signal has come, but not longer than <paramref name="timeout"/>.</summary>
    /// <returns><see langword="true"/> if a signal has come.</returns>
    /// <remarks>The event counts whole milliseconds, rounded down; up is what keeps to the promised interval.</remarks>
    public bool Wait(TimeSpan timeout) => _isRequested.Wait((int)Math.Ceiling(timeout.TotalMilliseconds));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _isRequested.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        // Without this the process would end before it has said goodbye.
        context.Cancel = true;
        _isRequested.Set();
    }
}
