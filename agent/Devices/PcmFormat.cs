using System.Buffers.Binary;

namespace NodeTelemetry.Agent.Devices;

/// <summary>How a sound card delivers its samples.</summary>
/// <param name="Rate">Frames a second.</param>
/// <param name="Channels">Samples in a frame.</param>
/// <param name="Code">The kernel's number of the sample format.</param>
internal readonly record struct PcmFormat(int Rate, int Channels, int Code)
{
    /// <summary>SNDRV_PCM_FORMAT_S16_LE.</summary>
    public const int Signed16 = 2;

    /// <summary>SNDRV_PCM_FORMAT_S24_LE: the three lower bytes of four.</summary>
    public const int Signed24 = 6;

    /// <summary>SNDRV_PCM_FORMAT_S32_LE.</summary>
    public const int Signed32 = 10;

    /// <summary>Gets the bytes of a sample.</summary>
    public int SampleBytes => Code == Signed16 ? sizeof(short) : sizeof(int);

    /// <summary>Gets the bytes of a frame.</summary>
    public int FrameBytes => Channels * SampleBytes;

    /// <summary>Gets a sample as a share of full scale: -1 to 1.</summary>
    public double Sample(ReadOnlySpan<byte> bytes) => Code switch
    {
        Signed16 => BinaryPrimitives.ReadInt16LittleEndian(bytes) / 32768.0,

        // The upper byte need not repeat the sign.
        Signed24 => (BinaryPrimitives.ReadInt32LittleEndian(bytes) << 8) / 2147483648.0,
        _ => BinaryPrimitives.ReadInt32LittleEndian(bytes) / 2147483648.0,
    };
}
