using System.Buffers.Binary;
using System.Text;
using NodeTelemetry.Agent.Devices;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Devices;

/// <summary>The kernel's GPIO chips as linux/gpio.h describes them: refuses what the real one refuses.</summary>
/// <remarks>Written from the header's structures and not from the agent's offsets: those of a request were printed by a
/// C program.</remarks>
internal sealed class SimulatedGpio : IDeviceCalls
{
    private const int NoEntry = -2;
    private const int BadDescriptor = -9;
    private const int AccessDenied = -13;
    private const int BadAddress = -14;
    private const int Busy = -16;
    private const int InvalidArgument = -22;
    private const int NotTerminal = -25;

    private readonly Dictionary<int, string> _chips = [];
    private readonly Dictionary<int, (string Chip, int Line, bool IsOutput)> _lines = [];
    private int _next = 3;

    /// <summary>Gets the labels of the chips by their names.</summary>
    public Dictionary<string, string> Labels { get; } = [];

    /// <summary>Gets the names of chips that this user may not open.</summary>
    public HashSet<string> Forbidden { get; } = [];

    /// <summary>Gets who has which line.</summary>
    public Dictionary<(string Chip, int Line), string> Holders { get; } = [];

    /// <summary>Gets the levels of lines.</summary>
    public Dictionary<(string Chip, int Line), bool> Levels { get; } = [];

    /// <summary>Gets the flags of lines that are held.</summary>
    public Dictionary<(string Chip, int Line), ulong> Flags { get; } = [];

    /// <summary>Gets how many descriptors are open.</summary>
    public int OpenCount => _chips.Count + _lines.Count;

    /// <inheritdoc/>
    public int Open(string path, int flags)
    {
        var name = Path.GetFileName(path);
        if (!Labels.ContainsKey(name))
        {
            return NoEntry;
        }

        if (Forbidden.Contains(name))
        {
            return AccessDenied;
        }

        _chips.Add(_next, name);
        return _next++;
    }

    /// <inheritdoc/>
    public int Control(int descriptor, uint request, Span<byte> structure)
    {
        // The size stands in the request; of a shorter structure the kernel would overwrite what follows.
        if (((request >> 16) & 0x3FFF) != structure.Length)
        {
            return BadAddress;
        }

        return (request, _chips.GetValueOrDefault(descriptor)) switch
        {
            (0x8044B401, { } chip) => ChipInfo(chip, structure),
            (0xC250B407, { } chip) => TakeLine(chip, structure),
            (0xC010B40E, null) => GetValues(descriptor, structure),
            (0xC010B40F, null) => SetValues(descriptor, structure),
            _ => NotTerminal,
        };
    }

    /// <inheritdoc/>
    public int Read(int descriptor, Span<byte> into) => InvalidArgument;

    /// <inheritdoc/>
    public int Write(int descriptor, ReadOnlySpan<byte> bytes) => InvalidArgument;

    /// <inheritdoc/>
    public bool WaitUntilReadable(int descriptor, TimeSpan limit) => false;

    /// <inheritdoc/>
    public void Close(int descriptor)
    {
        if (_lines.Remove(descriptor, out var line))
        {
            Holders.Remove((line.Chip, line.Line));
            Flags.Remove((line.Chip, line.Line));
        }
        else
        {
            Assert.True(_chips.Remove(descriptor), $"Descriptor {descriptor} is not open.");
        }
    }

    /// <summary>Makes the device of an open line fail, as if its driver were unloaded.</summary>
    public void Unplug()
    {
        foreach (var descriptor in _lines.Keys)
        {
            _lines[descriptor] = ("gone", -1, false);
        }
    }

    private int ChipInfo(string chip, Span<byte> info)
    {
        Encoding.ASCII.GetBytes(chip, info);
        Encoding.ASCII.GetBytes(Labels[chip], info[32..]);
        BinaryPrimitives.WriteUInt32LittleEndian(info[64..], 54);
        return 0;
    }

    private int TakeLine(string chip, Span<byte> request)
    {
        var line = BinaryPrimitives.ReadInt32LittleEndian(request);
        var flags = BinaryPrimitives.ReadUInt64LittleEndian(request[288..]);
        var attributes = BinaryPrimitives.ReadInt32LittleEndian(request[296..]);
        var isOutput = flags == 8;

        // One line, no padding used, output values for outputs only.
        if (BinaryPrimitives.ReadInt32LittleEndian(request[560..]) != 1 || line >= 54 || (flags is not (4 or 8))
            || request[300..320].ContainsAnyExcept((byte)0) || request[568..588].ContainsAnyExcept((byte)0)
            || attributes > (isOutput ? 1 : 0))
        {
            return InvalidArgument;
        }

        if (Holders.ContainsKey((chip, line)))
        {
            return Busy;
        }

        if (attributes == 1)
        {
            if (BinaryPrimitives.ReadInt32LittleEndian(request[320..]) != 2
                || BinaryPrimitives.ReadUInt64LittleEndian(request[336..]) != 1)
            {
                return InvalidArgument;
            }

            Levels[(chip, line)] = (request[328] & 1) != 0;
        }

        Holders[(chip, line)] = Encoding.ASCII.GetString(request[256..288]).TrimEnd('\0');
        Flags[(chip, line)] = flags;
        _lines.Add(_next, (chip, line, isOutput));
        BinaryPrimitives.WriteInt32LittleEndian(request[588..], _next++);
        return 0;
    }

    private int GetValues(int descriptor, Span<byte> values)
    {
        if (!_lines.TryGetValue(descriptor, out var line))
        {
            return BadDescriptor;
        }

        if (line.Line < 0)
        {
            return -19;
        }

        values[0] = Levels.GetValueOrDefault((line.Chip, line.Line)) ? (byte)1 : (byte)0;
        return values[8] == 1 ? 0 : InvalidArgument;
    }

    private int SetValues(int descriptor, Span<byte> values)
    {
        if (!_lines.TryGetValue(descriptor, out var line))
        {
            return BadDescriptor;
        }

        if (line.Line < 0)
        {
            return -19;
        }

        if (!line.IsOutput)
        {
            return -1;
        }

        Levels[(line.Chip, line.Line)] = (values[0] & 1) != 0;
        return values[8] == 1 ? 0 : InvalidArgument;
    }
}
