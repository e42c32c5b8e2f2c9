namespace NodeTelemetry.Agent.Devices;

/// <summary>System calls on device files, implemented by Linux and by a simulated kernel that validates arguments
/// as strictly.</summary>
internal interface IDeviceCalls
{
    /// <summary>open(2).</summary>
    /// <returns>The descriptor, or the negated errno(3).</returns>
    int Open(string path, int flags);

    /// <summary>ioctl(2) with a structure, which the result overwrites.</summary>
    /// <returns>The result, or the negated errno(3).</returns>
    int Control(int descriptor, uint request, Span<byte> structure);

    /// <summary>read(2).</summary>
    /// <returns>The number of bytes, 0 at the end of the file, or the negated errno(3).</returns>
    int Read(int descriptor, Span<byte> into);

    /// <summary>write(2).</summary>
    /// <returns>The number of bytes, or the negated errno(3).</returns>
    int Write(int descriptor, ReadOnlySpan<byte> bytes);

    /// <summary>poll(2): waits until the descriptor is readable or has an error.</summary>
    /// <returns><see langword="false"/> after a timeout or a signal.</returns>
    bool WaitUntilReadable(int descriptor, TimeSpan limit);

    /// <summary>close(2).</summary>
    void Close(int descriptor);
}
