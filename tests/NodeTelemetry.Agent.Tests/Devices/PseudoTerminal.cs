using System.Buffers.Binary;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Tests.Devices;

/// <summary>A cable: what is written at one end is read at the other, a terminal of the kernel.</summary>
internal sealed class PseudoTerminal : IDisposable
{
    /// <summary>TIOCSPTLCK.</summary>
    private const uint SetLock = 0x40045431;

    /// <summary>TIOCGPTN.</summary>
    private const uint GetNumber = 0x80045430;

    /// <summary>O_NOCTTY | O_NONBLOCK.</summary>
    private const int Flags = 0x100 | 0x800;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly LinuxDeviceCalls _calls = new();
    private int _descriptor;

    public PseudoTerminal()
    {
        _descriptor = _calls.Open("/dev/ptmx", LibC.OpenToReadAndWrite | Flags);
        var word = new byte[sizeof(int)];
        if (_descriptor < 0 || _calls.Control(_descriptor, SetLock, word) < 0
            || _calls.Control(_descriptor, GetNumber, word) < 0)
        {
            throw new IOException($"No pseudo terminal: {_descriptor}.");
        }

        Path = $"/dev/pts/{BinaryPrimitives.ReadInt32LittleEndian(word)}";
    }

    /// <summary>Gets the device file of the agent's end.</summary>
    public string Path { get; }

    /// <summary>Writes at the other end.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_calls.Write(_descriptor, bytes) != bytes.Length)
        {
            throw new IOException("The terminal is full.");
        }
    }

    /// <summary>Reads at the other end, where the kernel delivers when it has time.</summary>
    public byte[] Read(int count)
    {
        var buffer = new byte[count];
        var read = 0;
        while (read < count)
        {
            var result = _calls.WaitUntilReadable(_descriptor, Deadline)
                ? _calls.Read(_descriptor, buffer.AsSpan(read))
                : 0;
            if (result <= 0)
            {
                throw new IOException($"Of {count} bytes {read} have come: {result}.");
            }

            read += result;
        }

        return buffer;
    }

    /// <summary>Pulls the cable.</summary>
    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _calls.Close(_descriptor);
            _descriptor = -1;
        }
    }
}
