using System.Buffers.Binary;

namespace NodeTelemetry.Agent.Devices;

/// <summary>The structure by which a program and a sound card agree on a format: <c>struct
/// snd_pcm_hw_params</c>.</summary>
/// <remarks>
/// Source: sound/asound.h. Sets of numbered choices are masks of 256 bits, ranges are intervals of two words and one of
/// flags. One begins with everything allowed, narrows what matters, and the kernel narrows the rest. All but the length
/// is the same on every architecture that the agent runs on.
/// </remarks>
internal readonly ref struct PcmParameters
{
    /// <summary>Which interval the channels are.</summary>
    public const int Channels = 2;

    /// <summary>Which interval the rate is.</summary>
    public const int Rate = 3;

    /// <summary>Which interval the frames between two interrupts are.</summary>
    public const int PeriodFrames = 5;

    /// <summary>Which interval the frames that the card keeps are.</summary>
    public const int BufferFrames = 9;

    private const int MaskOffset = 4;
    private const int MaskBytes = 32;
    private const int MaskCount = 3;
    private const int IntervalOffset = 260;
    private const int IntervalBytes = 12;
    private const int IntervalCount = 12;
    private const int RequestedOffset = 512;

    /// <summary>Which mask the access is, and SNDRV_PCM_ACCESS_RW_INTERLEAVED in it.</summary>
    private const int AccessMask = 0;
    private const int Interleaved = 3;
    private const int FormatMask = 1;

    private readonly Span<byte> _bytes;

    /// <summary>Initializes a new instance of the <see cref="PcmParameters"/> struct in which everything is allowed
    /// that a program can use.</summary>
    /// <param name="bytes">Where it stands; <see cref="Length"/> long.</param>
    public PcmParameters(Span<byte> bytes)
    {
        _bytes = bytes;
        bytes.Clear();
        bytes.Slice(MaskOffset, MaskCount * MaskBytes).Fill(0xFF);
        for (var interval = 0; interval < IntervalCount; interval++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(IntervalAt(interval)[sizeof(uint)..], uint.MaxValue);
        }

        SetMask(AccessMask, Interleaved);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[RequestedOffset..], uint.MaxValue);
    }

    /// <summary>Gets the structure's bytes: a word in its tail has the size of a pointer.</summary>
    public static int Length => 600 + nint.Size;

    /// <summary>Gets the structure.</summary>
    public Span<byte> Bytes => _bytes;

    /// <summary>Tells whether a sample format is still allowed.</summary>
    public bool Allows(int format) => (MaskAt(FormatMask)[format / 8] & (1 << (format % 8))) != 0;

    /// <summary>Allows one sample format only.</summary>
    public void SetFormat(int format) => SetMask(FormatMask, format);

    /// <summary>Gets what is still allowed of an interval.</summary>
    public (uint Min, uint Max) this[int interval] =>
        (BinaryPrimitives.ReadUInt32LittleEndian(IntervalAt(interval)),
            BinaryPrimitives.ReadUInt32LittleEndian(IntervalAt(interval)[sizeof(uint)..]));

    /// <summary>Narrows an interval to what it has in common with a range; to its nearer end if that is
    /// nothing.</summary>
    public void Narrow(int interval, uint min, uint max)
    {
        var (allowedMin, allowedMax) = this[interval];
        var bytes = IntervalAt(interval);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Math.Clamp(min, allowedMin, allowedMax));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[sizeof(uint)..], Math.Clamp(max, allowedMin, allowedMax));
        bytes[(2 * sizeof(uint))..].Clear();
    }

    private void SetMask(int mask, int bit)
    {
        var bytes = MaskAt(mask);
        bytes.Clear();
        bytes[bit / 8] = (byte)(1 << (bit % 8));
    }

    private Span<byte> MaskAt(int mask) => _bytes.Slice(MaskOffset + (mask * MaskBytes), MaskBytes);

    private Span<byte> IntervalAt(int interval) =>
        _bytes.Slice(IntervalOffset + (interval * IntervalBytes), IntervalBytes);
}
