using System.Runtime.InteropServices;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>An event that a thread can wait for together with devices and sockets: eventfd(2).</summary>
internal sealed class WakeEvent : IDisposable
{
    /// <summary>The increment that makes it readable.</summary>
    private static readonly byte[] One = BitConverter.GetBytes(1UL);

    /// <summary>Initializes a new instance of the <see cref="WakeEvent"/> class.</summary>
    /// <exception cref="InvalidOperationException">eventfd(2) failed.</exception>
    public WakeEvent()
    {
        Descriptor = LibC.CreateEvent(0, LibC.EventFlags);
        if (Descriptor < 0)
        {
            throw new InvalidOperationException($"eventfd: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    /// <summary>Gets the descriptor, readable from <see cref="Set"/> until <see cref="TryTake"/>.</summary>
    public int Descriptor { get; }

    /// <summary>Sets the event. Thread-safe.</summary>
    public void Set() => _ = LibC.Write(Descriptor, One, One.Length);

    /// <summary>Resets the event.</summary>
    /// <returns>Whether it was set.</returns>
    public bool TryTake()
    {
        Span<byte> count = stackalloc byte[sizeof(ulong)];
        return LibC.Read(Descriptor, count, count.Length) > 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _ = LibC.Close(Descriptor);
}
