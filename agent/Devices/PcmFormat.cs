using System.Buffers.Binary;

namespace NodeTelemetry.Agent.Devices;

/// <summary>The sample format of a sound card.</summary>
/// <param name="Rate">Frames per second.</param>
/// <param name="Channels">Samples per frame.</param>
/// <param name="Code">The kernel's sample format code.</param>
internal readonly record struct PcmFormat(int Rate, int Channels, int Code)
{
    /// <summary>SNDRV_PCM_FORMAT_S16_LE.</summary>
    public const int Signed16 = 2;

    /// <summary>SNDRV_PCM_FORMAT_S24_LE: the three lower bytes of four.</summary>
    public const int Signed24 = 6;

    /// <summary>SNDRV_PCM_FORMAT_S32_LE.</summary>
    public const int Signed32 = 10;

    /// <summary>Gets the size of a sample.</summary>
    public int SampleBytes => Code == Signed16 ? sizeof(short) : sizeof(int);

    /// <summary>Gets the size of a frame.</summary>
    public int FrameBytes => Channels * SampleBytes;

    /// <summary>Converts a sample to a ratio of full scale: -1 to 1.</summary>
    public double Sample(ReadOnlySpan<byte> bytes) => Code switch
    {
        Signed16 => BinaryPrimitives.ReadInt16LittleEndian(bytes) / 32768.0,

        // The upper byte is undefined.
        Signed24 => (BinaryPrimitives.ReadInt32LittleEndian(bytes) << 8) / 2147483648.0,
        _ => BinaryPrimitives.ReadInt32LittleEndian(bytes) / 2147483648.0,
    };
}
