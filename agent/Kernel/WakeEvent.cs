using System.Runtime.InteropServices;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>Something that a thread can wait for together with devices and sockets: eventfd(2).</summary>
internal sealed class WakeEvent : IDisposable
{
    /// <summary>What is added to it, so that it can be read.</summary>
    private static readonly byte[] One = BitConverter.GetBytes(1UL);

    /// <summary>Initializes a new instance of the <see cref="WakeEvent"/> class.</summary>
    /// <exception cref="InvalidOperationException">The kernel gives no event.</exception>
    public WakeEvent()
    {
        Descriptor = LibC.CreateEvent(0, LibC.EventFlags);
        if (Descriptor < 0)
        {
            throw new InvalidOperationException($"eventfd: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    /// <summary>Gets a descriptor that can be read once it is set, until <see cref="TryTake"/>.</summary>
    public int Descriptor { get; }

    /// <summary>Sets it; from any thread.</summary>
    public void Set() => _ = LibC.Write(Descriptor, One, One.Length);

    /// <summary>Takes it back.</summary>
    /// <returns>Whether it was set; however often, it is once.</returns>
    public bool TryTake()
    {
        Span<byte> count = stackalloc byte[sizeof(ulong)];
        return LibC.Read(Descriptor, count, count.Length) > 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _ = LibC.Close(Descriptor);
}
