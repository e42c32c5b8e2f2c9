using System.Runtime.InteropServices;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Devices;

/// <summary>Records from a sound card through <c>/dev/snd/pcmCnDnc</c>, without a library.</summary>
/// <remarks>
/// Source: sound/asound.h, sound/core/pcm_native.c.
/// Opened with O_NONBLOCK, so that a card in use is busy instead of blocking forever; data is awaited with poll(2).
/// Not thread-safe. Allocates its buffers when first opened.
/// </remarks>
/// <param name="calls">The kernel.</param>
internal sealed class PcmCapture(IDeviceCalls calls) : IDisposable
{
    /// <summary>The longest time without data from a running card: fifty usual periods.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(1);

    /// <summary>O_RDWR | O_NONBLOCK | O_CLOEXEC.</summary>
    private const int OpenFlags = LibC.OpenToReadAndWrite | 0x800;

    private const uint PrepareRequest = 0x4140;
    private const uint StartRequest = 0x4142;

    /// <summary>EPIPE: overrun.</summary>
    private const int Overrun = -32;

    /// <summary>ESTRPIPE: the machine was suspended.</summary>
    private const int Suspended = -86;

    /// <summary>The read size: 2048 frames of two 32-bit channels, two periods.</summary>
    private const int BufferBytes = 16 * 1024;

    /// <summary>Cards with a higher minimum are studio equipment.</summary>
    private const int ChannelsMax = 8;

    /// <summary>About 20 ms between interrupts, and most of a second until an overrun.</summary>
    private const uint PeriodFramesMin = 1024;
    private const uint PeriodFramesMax = 4096;
    private const uint BufferFramesMax = 32_768;

    /// <summary>In order of preference: below 44 100 Hz, the upper end of the audible range is missing.</summary>
    private static readonly uint[] Rates = [48_000, 44_100, 96_000, 32_000, 16_000];

    private byte[] _parameters = [];
    private byte[] _buffer = [];
    private int _descriptor = -1;

    /// <summary>Gets the sample format.</summary>
    public PcmFormat Format { get; private set; }

    /// <summary>Gets the number of overruns.</summary>
    public long Overruns { get; private set; }

    /// <summary>Gets _IOWR('A', 0x10, struct snd_pcm_hw_params).</summary>
    private static uint RefineRequest => 0xC000_4110 | ((uint)PcmParameters.Length << 16);

    /// <summary>Gets _IOWR('A', 0x11, struct snd_pcm_hw_params).</summary>
    private static uint ParametersRequest => RefineRequest + 1;

    /// <summary>Gets _IOR('A', 0x51, struct snd_xferi): result, buffer and frame count, each a machine word.</summary>
    private static uint ReadRequest => 0x8000_4151 | ((uint)(3 * nint.Size) << 16);

    /// <summary>Opens a card and starts it.</summary>
    /// <param name="path">The device file.</param>
    public DeviceOutcome Open(string path)
    {
        Dispose();
        var descriptor = calls.Open(path, OpenFlags);
        if (descriptor < 0)
        {
            return DeviceOutcomes.FromResult(descriptor);
        }

        if (_buffer.Length == 0)
        {
            // Pinned, because the kernel receives its address.
            _buffer = GC.AllocateArray<byte>(BufferBytes, pinned: true);
            _parameters = new byte[PcmParameters.Length];
        }

        _descriptor = descriptor;
        var result = Agree();
        result = result < 0 ? result : Start();
        if (result < 0)
        {
            Dispose();
        }

        return DeviceOutcomes.FromResult(result);
    }

    /// <summary>Waits for data and reads it.</summary>
    /// <param name="frames">Complete frames; empty after an overrun or a failure.</param>
    public DeviceOutcome Read(out ReadOnlySpan<byte> frames)
    {
        frames = [];
        if (!calls.WaitUntilReadable(_descriptor, SilenceMax))
        {
            // The card has no clock, for instance because the overlay is for another board.
            return DeviceOutcome.Failed;
        }

        Span<nint> transfer =
            [0, Marshal.UnsafeAddrOfPinnedArrayElement(_buffer, 0), _buffer.Length / Format.FrameBytes];
        var result = calls.Control(_descriptor, ReadRequest, MemoryMarshal.AsBytes(transfer));
        if (result is Overrun or Suspended)
        {
            Overruns++;
            result = Start();
        }
        else if (result >= 0)
        {
            frames = _buffer.AsSpan(0, (int)transfer[0] * Format.FrameBytes);
        }

        return result == -LibC.TryAgain ? DeviceOutcome.Ok : DeviceOutcomes.FromResult(result);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            calls.Close(_descriptor);
            _descriptor = -1;
        }
    }

    /// <summary>Negotiates a format with the card.</summary>
    /// <returns>0, or the negated errno(3).</returns>
    private int Agree()
    {
        var result = -LibC.InvalidArgument;
        foreach (var rate in Rates)
        {
            var parameters = new PcmParameters(_parameters);
            result = calls.Control(_descriptor, RefineRequest, _parameters);
            if (result < 0)
            {
                return result;
            }

            var format = FindFormat(parameters);
            parameters.SetFormat(format);
            parameters.Narrow(PcmParameters.Channels, 2, 2);
            parameters.Narrow(PcmParameters.Rate, rate, rate);
            parameters.Narrow(PcmParameters.PeriodFrames, PeriodFramesMin, PeriodFramesMax);
            parameters.Narrow(PcmParameters.BufferFrames, 2 * PeriodFramesMax, BufferFramesMax);
            result = calls.Control(_descriptor, ParametersRequest, _parameters);
            if (result >= 0)
            {
                Format = new PcmFormat(
                    (int)parameters[PcmParameters.Rate].Min, (int)parameters[PcmParameters.Channels].Min, format);
                return Format.Channels <= ChannelsMax ? 0 : -LibC.InvalidArgument;
            }
        }

        return result;
    }

    /// <summary>Gets the preferred format that the card supports; if it supports none,
    /// one that it will reject.</summary>
    private static int FindFormat(PcmParameters parameters) =>
        parameters.Allows(PcmFormat.Signed32) ? PcmFormat.Signed32
        : parameters.Allows(PcmFormat.Signed24) ? PcmFormat.Signed24
        : PcmFormat.Signed16;

    private int Start()
    {
        var result = calls.Control(_descriptor, PrepareRequest, []);
        return result < 0 ? result : calls.Control(_descriptor, StartRequest, []);
    }
}
