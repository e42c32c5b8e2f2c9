using System.Buffers.Binary;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Devices;

/// <summary>An input device with keys, <c>/dev/input/eventN</c>.</summary>
/// <remarks>Source: Documentation/input/input.rst, linux/input.h.
/// Shape: two machine words of time, 16-bit type and code, 32-bit value. Not thread-safe.</remarks>
internal sealed class InputDevice : IDisposable
{
    private const ushort KeyType = 1;
    private const int Pressed = 1;

    /// <summary>More devices than a board has.</summary>
    private const int CountMax = 64;

    private const int NameBytesMax = 256;

    /// <summary>The size of <c>struct input_event</c>, which starts with two machine words.</summary>
    private static readonly int EventBytes = (2 * nint.Size) + 8;

    private readonly IDeviceCalls _calls;
    private readonly byte[] _events = new byte[16 * EventBytes];
    private int _length;
    private int _offset;

    private InputDevice(IDeviceCalls calls, int descriptor)
    {
        _calls = calls;
        Descriptor = descriptor;
    }

    /// <summary>Gets the descriptor to poll; negative after the device was removed.</summary>
    public int Descriptor { get; private set; }

    /// <summary>Opens a device by name.</summary>
    /// <returns><see langword="null"/> if it is absent or not permitted.</returns>
    public static InputDevice? Open(IDeviceCalls calls, KernelRoots roots, string name)
    {
        var descriptor = Find(roots, name) is { } path ? calls.Open(path, LibC.OpenToRead) : -1;
        return descriptor < 0 ? null : new InputDevice(calls, descriptor);
    }

    /// <summary>Finds a device by name.</summary>
    /// <returns><see langword="null"/> if there is none.</returns>
    public static string? Find(KernelRoots roots, string name)
    {
        foreach (var folder in KernelRoots.NumberedFolders(roots.SysFile("class/input"), "event", CountMax))
        {
            if (KernelText.ReadFile(Path.Join(folder, "device", "name"), NameBytesMax) == name)
            {
                return roots.DevFile(Path.Join("input", Path.GetFileName(folder)));
            }
        }

        return null;
    }

    /// <summary>Returns the next key press, without blocking.</summary>
    /// <param name="code">The key code.</param>
    /// <returns><see langword="false"/> if there is none.</returns>
    public bool TryTakeKey(out int code)
    {
        code = 0;
        while (_offset < _length || TryRead())
        {
            var (type, key, value) = Parse(_events.AsSpan(_offset, EventBytes));
            _offset += EventBytes;
            if (type == KeyType && value == Pressed)
            {
                code = key;
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Descriptor >= 0)
        {
            _calls.Close(Descriptor);
            Descriptor = -1;
        }
    }

    private static (ushort Type, ushort Code, int Value) Parse(ReadOnlySpan<byte> bytes)
    {
        var rest = bytes[(2 * nint.Size)..];
        return (BinaryPrimitives.ReadUInt16LittleEndian(rest), BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]),
            BinaryPrimitives.ReadInt32LittleEndian(rest[4..]));
    }

    private bool TryRead()
    {
        if (Descriptor < 0)
        {
            return false;
        }

        _offset = 0;
        var length = _calls.Read(Descriptor, _events);

        // The kernel returns complete events only.
        _length = Math.Max(0, length) / EventBytes * EventBytes;
        if (length is <= 0 and not -LibC.TryAgain)
        {
            Dispose();
        }

        return _length > 0;
    }
}
