using System.Runtime.InteropServices;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Devices;

/// <summary>Sound from a card by the kernel's interface, <c>/dev/snd/pcmCnDnc</c>, without a library.</summary>
/// <remarks>
/// Source: sound/asound.h and sound/core/pcm_native.c of the kernel. Opened without waiting, so that a card that
/// somebody else listens to is busy instead of a wait without end; what comes is waited for by poll(2). For one thread.
/// Allocates: its buffers, at the first opening.
/// </remarks>
/// <param name="calls">The kernel.</param>
internal sealed class PcmCapture(IDeviceCalls calls) : IDisposable
{
    /// <summary>How long a card that runs may be silent: fifty times its usual period.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(1);

    /// <summary>O_RDWR | O_NONBLOCK | O_CLOEXEC.</summary>
    private const int OpenFlags = LibC.OpenToReadAndWrite | 0x800;

    private const uint PrepareRequest = 0x4140;
    private const uint StartRequest = 0x4142;

    /// <summary>EPIPE: the card has overwritten what was not read in time.</summary>
    private const int Overrun = -32;

    /// <summary>ESTRPIPE: the machine was asleep.</summary>
    private const int Suspended = -86;

    /// <summary>What is read at a time: 2048 frames of two channels of 32 bits, two periods.</summary>
    private const int BufferBytes = 16 * 1024;

    /// <summary>A card that has more at least is for studios.</summary>
    private const int ChannelsMax = 8;

    /// <summary>Some 20 ms between interrupts, and most of a second until something is lost.</summary>
    private const uint PeriodFramesMin = 1024;
    private const uint PeriodFramesMax = 4096;
    private const uint BufferFramesMax = 32_768;

    /// <summary>In this order: below 44 100 the upper end of what is heard is missing.</summary>
    private static readonly uint[] Rates = [48_000, 44_100, 96_000, 32_000, 16_000];

    private byte[] _parameters = [];
    private byte[] _buffer = [];
    private int _descriptor = -1;

    /// <summary>Gets how the samples come.</summary>
    public PcmFormat Format { get; private set; }

    /// <summary>Gets how often something was lost because it was not read in time.</summary>
    public long Overruns { get; private set; }

    /// <summary>Gets _IOWR('A', 0x10, struct snd_pcm_hw_params).</summary>
    private static uint RefineRequest => 0xC000_4110 | ((uint)PcmParameters.Length << 16);

    /// <summary>Gets _IOWR('A', 0x11, struct snd_pcm_hw_params).</summary>
    private static uint ParametersRequest => RefineRequest + 1;

    /// <summary>Gets _IOR('A', 0x51, struct snd_xferi): the result, where to, and how many, each a word.</summary>
    private static uint ReadRequest => 0x8000_4151 | ((uint)(3 * nint.Size) << 16);

    /// <summary>Opens a card and starts it.</summary>
    /// <param name="path">The device file.</param>
    public DeviceOutcome Open(string path)
    {
        Dispose();
        var descriptor = calls.Open(path, OpenFlags);
        if (descriptor < 0)
        {
            return DeviceOutcomes.Of(descriptor);
        }

        if (_buffer.Length == 0)
        {
            // Pinned, because the kernel is given its address.
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

        return DeviceOutcomes.Of(result);
    }

    /// <summary>Waits for sound and reads it.</summary>
    /// <param name="frames">What has come: whole frames; none after something was lost, or on failure.</param>
    public DeviceOutcome Read(out ReadOnlySpan<byte> frames)
    {
        frames = [];
        if (!calls.WaitUntilReadable(_descriptor, SilenceMax))
        {
            // No clock makes it run, for instance because the overlay is for another board.
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

        return result == -LibC.TryAgain ? DeviceOutcome.Ok : DeviceOutcomes.Of(result);
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

    /// <summary>Agrees with the card on a format.</summary>
    /// <returns>0, or errno(3) negated.</returns>
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

            var format = FormatOf(parameters);
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

    /// <summary>Gets the best format that the card has; if it has none of them, one that it will refuse.</summary>
    private static int FormatOf(PcmParameters parameters) =>
        parameters.Allows(PcmFormat.Signed32) ? PcmFormat.Signed32
        : parameters.Allows(PcmFormat.Signed24) ? PcmFormat.Signed24
        : PcmFormat.Signed16;

    private int Start()
    {
        var result = calls.Control(_descriptor, PrepareRequest, []);
        return result < 0 ? result : calls.Control(_descriptor, StartRequest, []);
    }
}
