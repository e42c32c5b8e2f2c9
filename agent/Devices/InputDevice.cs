using System.Buffers.Binary;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Devices;

/// <summary>Keys that the kernel drives, <c>/dev/input/eventN</c>.</summary>
/// <remarks>Source: Documentation/input/input.rst and linux/input.h of the kernel. Shape: a time of two words, then
/// type and code of 16 bits and a value of 32. For one thread.</remarks>
internal sealed class InputDevice : IDisposable
{
    private const ushort KeyType = 1;
    private const int Pressed = 1;

    /// <summary>More than a board has.</summary>
    private const int CountMax = 64;

    private const int NameBytesMax = 256;

    /// <summary>Bytes of <c>struct input_event</c>, which has a time of two words first.</summary>
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

    /// <summary>Gets the descriptor to wait for; below 0 once the device is gone.</summary>
    public int Descriptor { get; private set; }

    /// <summary>Opens the device of a name.</summary>
    /// <returns><see langword="null"/> if there is none, or if this user may not.</returns>
    public static InputDevice? Open(IDeviceCalls calls, KernelRoots roots, string name)
    {
        var descriptor = Find(roots, name) is { } path ? calls.Open(path, LibC.OpenToRead) : -1;
        return descriptor < 0 ? null : new InputDevice(calls, descriptor);
    }

    /// <summary>Finds the device of a name.</summary>
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

    /// <summary>Takes the next key that was pressed; does not wait.</summary>
    /// <param name="code">Its code.</param>
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

        // The kernel gives whole events only.
        _length = Math.Max(0, length) / EventBytes * EventBytes;
        if (length is <= 0 and not -LibC.TryAgain)
        {
            Dispose();
        }

        return _length > 0;
    }
}
