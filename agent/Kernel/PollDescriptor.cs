using System.Runtime.InteropServices;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>One descriptor that is waited for: <c>struct pollfd</c> of poll(2).</summary>
/// <param name="descriptor">What is waited for.</param>
/// <param name="wanted">Until when: until it can be read, or written, or has something urgent.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct PollDescriptor(int descriptor, short wanted = LibC.Readable)
{
    private readonly int _descriptor = descriptor;
    private readonly short _wanted = wanted;
    private readonly short _found = 0;

    /// <summary>Gets the descriptor.</summary>
    public int Descriptor => _descriptor;

    /// <summary>Gets a value indicating whether it is as wanted, or has an error that reading or writing
    /// tells.</summary>
    public bool IsReady => _found != 0;

    /// <summary>Waits until one of <paramref name="descriptors"/> is ready, but not longer than
    /// <paramref name="timeout"/>; a signal may end the wait earlier. Allocates nothing.</summary>
    /// <remarks>poll(2) counts whole milliseconds; rounded up, they keep to the promised interval.</remarks>
    /// <returns>How many are ready.</returns>
    /// <exception cref="InvalidOperationException">The kernel cannot wait for them at all.</exception>
    public static int Wait(Span<PollDescriptor> descriptors, TimeSpan timeout)
    {
        var ready = LibC.Poll(descriptors, (nuint)descriptors.Length, (int)Math.Ceiling(timeout.TotalMilliseconds));
        if (ready >= 0)
        {
            return ready;
        }

        // Going on after any other error would turn the wait into a busy loop.
        return Marshal.GetLastPInvokeError() == LibC.Interrupted
            ? 0
            : throw new InvalidOperationException($"poll: error {Marshal.GetLastPInvokeError()}.");
    }
}
