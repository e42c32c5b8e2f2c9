using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using NodeTelemetry.Agent.Devices;

namespace NodeTelemetry.Agent.Tests.Devices;

/// <summary>A sound card behind the kernel's PCM interface: agrees on a format, then captures what is played to it; as
/// strict with states and structures as sound/core/pcm_native.c.</summary>
/// <remarks>Written from sound/asound.h for 64-bit processes, which tests are.</remarks>
internal sealed class SimulatedSoundCard : IDeviceCalls
{
    public const string DevicePath = "/dev/snd/pcmC1D0c";

    private const int Descriptor = 9;
    private const int NoEntry = -2;
    private const int TryAgain = -11;
    private const int Busy = -16;
    private const int NoDevice = -19;
    private const int InvalidArgument = -22;
    private const int NotTerminal = -25;
    private const int BrokenPipe = -32;
    private const int BadState = -77;
    private const int NonBlocking = 0x800;

    private State _state = State.Closed;
    private int _rate;
    private int _channels;
    private int _format;
    private long _frame;

    private enum State
    {
        Closed,
        Open,
        Setup,
        Prepared,
        Running,
        Overrun,
    }

    /// <summary>Gets or sets the sample formats that it has.</summary>
    public int[] Formats { get; set; } = [PcmFormat.Signed16, PcmFormat.Signed24, PcmFormat.Signed32];

    /// <summary>Gets or sets the rates that it has.</summary>
    public uint[] Rates { get; set; } = [8000, 16_000, 44_100, 48_000, 96_000];

    /// <summary>Gets or sets the fewest and most channels.</summary>
    public (uint Min, uint Max) ChannelRange { get; set; } = (2, 2);

    /// <summary>Gets or sets what each channel records, from -1 to 1, by the time since it was started.</summary>
    public Func<double, int, double> Sound { get; set; } = static (_, _) => 0;

    /// <summary>Gets or sets a value indicating whether it is there.</summary>
    public bool IsThere { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether another program uses it.</summary>
    public bool IsTaken { get; set; }

    /// <summary>Gets or sets a value indicating whether a clock makes it run.</summary>
    public bool HasClock { get; set; } = true;

    /// <summary>Gets or sets before which readings something is lost, by their number since the beginning.</summary>
    public Func<int, bool> IsLate { get; set; } = static _ => false;

    /// <summary>Gets or sets what happens before it is waited for.</summary>
    public Action? Waiting { get; set; }

    /// <summary>Gets how many frames come at a time; not a divisor of anything.</summary>
    public int PeriodFrames { get; private set; } = 1000;

    /// <summary>Gets how often it was read.</summary>
    public int Readings { get; private set; }

    /// <summary>Gets how often it was opened.</summary>
    public int Openings { get; private set; }

    /// <summary>Gets a value indicating whether it is open.</summary>
    public bool IsOpen => _state != State.Closed;

    /// <inheritdoc/>
    public int Open(string path, int flags)
    {
        if (!IsThere || path != DevicePath)
        {
            return NoEntry;
        }

        // Without this flag the kernel waits until the other one has ended.
        if (IsTaken || (flags & NonBlocking) == 0 || _state != State.Closed)
        {
            return Busy;
        }

        Openings++;
        _state = State.Open;
        return Descriptor;
    }

    /// <inheritdoc/>
    public int Control(int descriptor, uint request, Span<byte> structure) =>
        !IsThere ? NoDevice
        : request switch
        {
            0xC2604110 when structure.Length == 608 => Refine(structure),
            0xC2604111 when structure.Length == 608 => Agree(structure),
            0x4140 => Prepare(),
            0x4142 => Start(),
            0x80184151 when structure.Length == 24 => Transfer(MemoryMarshal.Cast<byte, nint>(structure)),
            _ => NotTerminal,
        };

    /// <inheritdoc/>
    public int Read(int descriptor, Span<byte> into) => InvalidArgument;

    /// <inheritdoc/>
    public int Write(int descriptor, ReadOnlySpan<byte> bytes) => InvalidArgument;

    /// <inheritdoc/>
    public bool WaitUntilReadable(int descriptor, TimeSpan limit)
    {
        Waiting?.Invoke();
        return !IsThere || (HasClock && _state is State.Running or State.Overrun);
    }

    /// <inheritdoc/>
    public void Close(int descriptor) => _state = State.Closed;

    private static (uint Min, uint Max) Interval(ReadOnlySpan<byte> structure, int index) =>
        (BinaryPrimitives.ReadUInt32LittleEndian(structure[(260 + (12 * index))..]),
            BinaryPrimitives.ReadUInt32LittleEndian(structure[(264 + (12 * index))..]));

    /// <summary>Leaves what is in both; nothing is an error.</summary>
    private static bool Intersect(Span<byte> structure, int index, uint min, uint max)
    {
        var (wantedMin, wantedMax) = Interval(structure, index);
        (min, max) = (Math.Max(min, wantedMin), Math.Min(max, wantedMax));
        BinaryPrimitives.WriteUInt32LittleEndian(structure[(260 + (12 * index))..], min);
        BinaryPrimitives.WriteUInt32LittleEndian(structure[(264 + (12 * index))..], max);
        return min <= max;
    }

    private int Refine(Span<byte> structure)
    {
        if (_state is not (State.Open or State.Setup))
        {
            return BadState;
        }

        // The card is read and written interleaved only; masks are little-endian words.
        var access = structure[4] & (1 << 3);
        structure[4..36].Clear();
        structure[4] = (byte)access;
        var formats = BinaryPrimitives.ReadUInt32LittleEndian(structure[36..]);
        structure[36..68].Clear();
        foreach (var format in Formats)
        {
            structure[36 + (format / 8)] |= (byte)((formats >> (format / 8 * 8)) & (1u << (format % 8)));
        }

        var isEmpty = access == 0 || BinaryPrimitives.ReadUInt32LittleEndian(structure[36..]) == 0
            || (structure[68] & 1) == 0;

        var (min, max) = Interval(structure, 3);
        var (slowest, fastest) = (uint.MaxValue, 0u);
        foreach (var rate in Rates)
        {
            if (rate >= min && rate <= max)
            {
                (slowest, fastest) = (Math.Min(slowest, rate), Math.Max(fastest, rate));
            }
        }

        return !isEmpty && slowest <= fastest
            && Intersect(structure, 3, slowest, fastest)
            && Intersect(structure, 2, ChannelRange.Min, ChannelRange.Max)
            && Intersect(structure, 5, 32, 65_536)
            && Intersect(structure, 9, 64, 131_072)
            ? 0
            : InvalidArgument;
    }

    private int Agree(Span<byte> structure)
    {
        var result = Refine(structure);
        if (result < 0)
        {
            return result;
        }

        // As the kernel: the first of what is left, but the longest buffer.
        _format = BitOperations.TrailingZeroCount(BinaryPrimitives.ReadUInt32LittleEndian(structure[36..]));
        _rate = (int)Interval(structure, 3).Min;
        _channels = (int)Interval(structure, 2).Min;
        PeriodFrames = (int)Interval(structure, 5).Min;
        Intersect(structure, 3, (uint)_rate, (uint)_rate);
        Intersect(structure, 2, (uint)_channels, (uint)_channels);
        _state = State.Setup;
        return 0;
    }

    private int Prepare()
    {
        if (_state is State.Open or State.Closed)
        {
            return BadState;
        }

        _state = State.Prepared;
        return 0;
    }

    private int Start()
    {
        if (_state != State.Prepared)
        {
            return BadState;
        }

        _frame = 0;
        _state = State.Running;
        return 0;
    }

    private int Transfer(Span<nint> transfer)
    {
        if (_state is State.Running && IsLate(Readings))
        {
            _state = State.Overrun;
        }

        Readings++;
        if (_state is not State.Running)
        {
            return _state == State.Overrun ? BrokenPipe : BadState;
        }

        var frames = Math.Min((int)transfer[2], PeriodFrames);
        if (frames == 0)
        {
            return TryAgain;
        }

        var sampleBytes = _format == PcmFormat.Signed16 ? 2 : 4;
        var target = transfer[1];
        for (var frame = 0; frame < frames; frame++, _frame++)
        {
            for (var channel = 0; channel < _channels; channel++, target += sampleBytes)
            {
                Store(target, Sound((double)_frame / _rate, channel));
            }
        }

        transfer[0] = frames;
        return 0;
    }

    private void Store(nint target, double sample)
    {
        switch (_format)
        {
            case PcmFormat.Signed16:
                Marshal.WriteInt16(target, (short)Math.Clamp(Math.Round(sample * 32768), -32768, 32767));
                break;
            case PcmFormat.Signed24:
                // Whatever stands in the upper byte.
                Marshal.WriteInt32(
                    target, ((int)Math.Clamp(Math.Round(sample * 8388608), -8388608, 8388607) & 0xFFFFFF) | 0x5A000000);
                break;
            default:
                Marshal.WriteInt32(target, (int)Math.Clamp(Math.Round(sample * 2147483648), int.MinValue, int.MaxValue));
                break;
        }
    }
}
