using System.Runtime.InteropServices;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Hosting;

/// <summary>Turns SIGTERM and SIGINT into something that can be waited for. The only place that knows how signals
/// arrive.</summary>
internal sealed class ShutdownSignals : IDisposable
{
    /// <summary>What is added to the event: it is never read, so it stays readable.</summary>
    private static readonly byte[] One = BitConverter.GetBytes(1UL);

    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Initializes a new instance of the <see cref="ShutdownSignals"/> class.</summary>
    /// <exception cref="InvalidOperationException">The kernel gives no event.</exception>
    public ShutdownSignals()
    {
        Descriptor = LibC.CreateEvent(0, LibC.EventFlags);
        if (Descriptor < 0)
        {
            throw new InvalidOperationException($"eventfd: error {Marshal.GetLastPInvokeError()}.");
        }

        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        ];
    }

    /// <summary>Gets a descriptor that can be read once a signal has come, so that one can wait for it together with
    /// sockets.</summary>
    public int Descriptor { get; }

    /// <summary>Waits until a signal has come, but not longer than <paramref name="timeout"/>; any other signal may end
    /// the wait earlier.</summary>
    /// <returns><see langword="true"/> if a signal has come.</returns>
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

        _ = LibC.Close(Descriptor);
    }

    private void OnSignal(PosixSignalContext context)
    {
        // Without this the process would end before it has said goodbye.
        context.Cancel = true;
        _ = LibC.Write(Descriptor, One, One.Length);
    }
}
