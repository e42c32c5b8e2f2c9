using System.Buffers.Binary;

namespace NodeTelemetry.Agent.Devices;

/// <summary><c>struct snd_pcm_hw_params</c>, with which a program and a sound card negotiate a format.</summary>
/// <remarks>
/// Source: sound/asound.h. Enumerations are masks of 256 bits; ranges are intervals of two 32-bit words and flags.
/// Negotiation starts with everything allowed; the program restricts what matters, and the kernel the rest.
/// Only the length depends on the architecture.
/// </remarks>
internal readonly ref struct PcmParameters
{
    /// <summary>The index of the interval of channels.</summary>
    public const int Channels = 2;

    /// <summary>The index of the interval of rates.</summary>
    public const int Rate = 3;

    /// <summary>The index of the interval of frames per period.</summary>
    public const int PeriodFrames = 5;

    /// <summary>The index of the interval of frames per buffer.</summary>
    public const int BufferFrames = 9;

    private const int MaskOffset = 4;
    private const int MaskBytes = 32;
    private const int MaskCount = 3;
    private const int IntervalOffset = 260;
    private const int IntervalBytes = 12;
    private const int IntervalCount = 12;
    private const int RequestedOffset = 512;

    /// <summary>The index of the access mask, and SNDRV_PCM_ACCESS_RW_INTERLEAVED in it.</summary>
    private const int AccessMask = 0;
    private const int Interleaved = 3;
    private const int FormatMask = 1;

    private readonly Span<byte> _bytes;

    /// <summary>Initializes a new instance of the <see cref="PcmParameters"/> struct that allows everything.</summary>
    /// <param name="bytes">The buffer, <see cref="Length"/> long.</param>
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

    /// <summary>Gets the size of the structure, which contains one machine word.</summary>
    public static int Length => 600 + nint.Size;

    /// <summary>Gets the structure.</summary>
    public Span<byte> Bytes => _bytes;

    /// <summary>Returns whether a sample format is still allowed.</summary>
    public bool Allows(int format) => (MaskAt(FormatMask)[format / 8] & (1 << (format % 8))) != 0;

    /// <summary>Restricts to one sample format.</summary>
    public void SetFormat(int format) => SetMask(FormatMask, format);

    /// <summary>Gets the allowed interval.</summary>
    public (uint Min, uint Max) this[int interval] =>
        (BinaryPrimitives.ReadUInt32LittleEndian(IntervalAt(interval)),
            BinaryPrimitives.ReadUInt32LittleEndian(IntervalAt(interval)[sizeof(uint)..]));

    /// <summary>Restricts an interval to a range, or to its nearer end if they do not overlap.</summary>
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
