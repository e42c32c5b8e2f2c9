using System.Runtime.InteropServices;

namespace NodeTelemetry.Agent.Kernel;

/// <summary><c>struct pollfd</c> of poll(2).</summary>
/// <param name="descriptor">The descriptor.</param>
/// <param name="wanted">The events to wait for: readable, writable or exceptional.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct PollDescriptor(int descriptor, short wanted = LibC.Readable)
{
    private readonly int _descriptor = descriptor;
    private readonly short _wanted = wanted;
    private readonly short _found = 0;

    /// <summary>Gets the descriptor.</summary>
    public int Descriptor => _descriptor;

    /// <summary>Gets a value indicating whether the event occurred,
    /// or an error that a read or write will return.</summary>
    public bool IsReady => _found != 0;

    /// <summary>Waits until a descriptor is ready, at most for <paramref name="timeout"/>;
    /// a signal may end the wait earlier. Allocates nothing.</summary>
    /// <remarks>poll(2) takes milliseconds, rounded up so that ticks are never early.</remarks>
    /// <returns>The number of ready descriptors.</returns>
    /// <exception cref="InvalidOperationException">poll(2) failed.</exception>
    public static int Wait(Span<PollDescriptor> descriptors, TimeSpan timeout)
    {
        var ready = LibC.Poll(descriptors, (nuint)descriptors.Length, (int)Math.Ceiling(timeout.TotalMilliseconds));
        if (ready >= 0)
        {
            return ready;
        }

        // Continuing after any other error would be a busy loop.
        return Marshal.GetLastPInvokeError() == LibC.Interrupted
            ? 0
            : throw new InvalidOperationException($"poll: error {Marshal.GetLastPInvokeError()}.");
    }
}
