namespace NodeTelemetry.Agent.Devices;

/// <summary>The system calls that device files are used by: Linux, and in tests a simulated kernel that is as strict as
/// the real one with what it is given.</summary>
internal interface IDeviceCalls
{
    /// <summary>open(2).</summary>
    /// <returns>The descriptor, or errno(3) negated.</returns>
    int Open(string path, int flags);

    /// <summary>ioctl(2) with a structure, which the answer comes in the place of.</summary>
    /// <returns>What the kernel gives, or errno(3) negated.</returns>
    int Control(int descriptor, uint request, Span<byte> structure);

    /// <summary>read(2).</summary>
    /// <returns>How many bytes; 0 at the end; or errno(3) negated.</returns>
    int Read(int descriptor, Span<byte> into);

    /// <summary>write(2).</summary>
    /// <returns>How many bytes, or errno(3) negated.</returns>
    int Write(int descriptor, ReadOnlySpan<byte> bytes);

    /// <summary>poll(2): waits until there is something to read, or an error that reading tells.</summary>
    /// <returns>Whether there is; <see langword="false"/> if the time was up, or a signal came.</returns>
    bool WaitUntilReadable(int descriptor, TimeSpan limit);

    /// <summary>close(2).</summary>
    void Close(int descriptor);
}
