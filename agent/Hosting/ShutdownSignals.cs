using System.Runtime.InteropServices;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Hosting;

/// <summary>Turns SIGTERM and SIGINT, and SIGHUP, into something that can be waited for. The only place that knows how
/// signals arrive.</summary>
internal sealed class ShutdownSignals : IDisposable
{
    /// <summary>What is added to an event, so that it can be read.</summary>
    private static readonly byte[] One = BitConverter.GetBytes(1UL);

    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Initializes a new instance of the <see cref="ShutdownSignals"/> class.</summary>
    /// <exception cref="InvalidOperationException">The kernel gives no event.</exception>
    public ShutdownSignals()
    {
        Descriptor = CreateEvent();
        ReloadDescriptor = CreateEvent();
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal),
        ];
    }

    /// <summary>Gets a descriptor that can be read once the end is wanted, so that one can wait for it together with
    /// sockets. It is never read, so it stays readable.</summary>
    public int Descriptor { get; }

    /// <summary>Gets a descriptor that can be read once the configuration is to be read again, until
    /// <see cref="TakeReload"/>.</summary>
    public int ReloadDescriptor { get; }

    /// <summary>Asks whether the configuration is to be read again; however often it was wanted since the last call, it
    /// is once.</summary>
    public bool TakeReload()
    {
        Span<byte> count = stackalloc byte[sizeof(ulong)];
        return LibC.Read(ReloadDescriptor, count, count.Length) > 0;
    }

    /// <summary>Waits until the end is wanted, but not longer than <paramref name="timeout"/>; any other signal may end
    /// the wait earlier.</summary>
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

        _ = LibC.Close(Descriptor);
        _ = LibC.Close(ReloadDescriptor);
    }

    private static int CreateEvent()
    {
        var descriptor = LibC.CreateEvent(0, LibC.EventFlags);
        return descriptor >= 0
            ? descriptor
            : throw new InvalidOperationException($"eventfd: error {Marshal.GetLastPInvokeError()}.");
    }

    private void OnSignal(PosixSignalContext context)
    {
        // Without this the process would end before it has said goodbye.
        context.Cancel = true;
        _ = LibC.Write(context.Signal == PosixSignal.SIGHUP ? ReloadDescriptor : Descriptor, One, One.Length);
    }
}
