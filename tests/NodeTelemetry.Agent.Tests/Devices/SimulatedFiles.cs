using NodeTelemetry.Agent.Devices;

namespace NodeTelemetry.Agent.Tests.Devices;

/// <summary>The real kernel, with real files in place of devices and injected failures.</summary>
internal sealed class SimulatedFiles : IDeviceCalls
{
    private readonly LinuxDeviceCalls _calls = new();

    /// <summary>Gets or sets what opening gives instead, errno(3) negated; 0 for what the kernel does.</summary>
    public int OpenFault { get; set; }

    /// <summary>Gets how many descriptors are open.</summary>
    public int OpenCount { get; private set; }

    /// <summary>Gets the requests of ioctl(2) with the bytes that came with them; a file knows none.</summary>
    public List<(uint Request, byte[] Bytes)> Requests { get; } = [];

    public int Open(string path, int flags)
    {
        var descriptor = OpenFault != 0 ? OpenFault : _calls.Open(path, flags);
        OpenCount += descriptor >= 0 ? 1 : 0;
        return descriptor;
    }

    public int Control(int descriptor, uint request, Span<byte> structure)
    {
        Requests.Add((request, structure.ToArray()));
        return 0;
    }

    public int Read(int descriptor, Span<byte> into) => _calls.Read(descriptor, into);

    public int Write(int descriptor, ReadOnlySpan<byte> bytes) => _calls.Write(descriptor, bytes);

    public bool WaitUntilReadable(int descriptor, TimeSpan limit) => _calls.WaitUntilReadable(descriptor, limit);

    public void Close(int descriptor)
    {
        OpenCount--;
        _calls.Close(descriptor);
    }
}
