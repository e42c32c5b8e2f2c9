using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Streams;

/// <summary>The sound level of a microphone. No audio is kept.</summary>
/// <remarks>
/// Every ten seconds the card is opened, measured for half a second, and closed: no audio sample leaves this class.
/// The start of the recording is a transient of the card; it serves to find the channel with the microphone,
/// because the other one is silent. The level is in dBFS.
/// The A-weighted level is shifted by the typical sensitivity of such microphones,
/// so it is an estimate that is off by 3 to 6 dB without calibration. Allocates: nothing after the first measurement.
/// </remarks>
/// <param name="find">Finds the device file of the card; <see langword="null"/> if there is none.</param>
/// <param name="card">The name of the card.</param>
/// <param name="calibration">The offset of the A-weighted level, in dB.</param>
/// <param name="calls">The kernel.</param>
internal sealed class Microphone(Func<string?> find, string card, double calibration, IDeviceCalls calls)
    : IStreamSensor
{
    /// <summary>The duration discarded after opening the card.</summary>
    public const double TransientSeconds = 0.2;

    /// <summary>The duration in which the filter settles: more than twelve times its longest time constant.</summary>
    public const double SettleSeconds = 0.1;

    /// <summary>The duration that is measured.</summary>
    public const double MeasureSeconds = 0.5;

    /// <summary>Digital MEMS microphones have a sensitivity of -26 dBFS at 94 dB SPL, within 3 dB.</summary>
    private const double FullScaleDecibels = 94 + 26;

    /// <summary>Attempts on a machine that is too busy to read half a second without an overrun.</summary>
    private const int AttemptsMax = 3;

    private readonly PcmCapture _capture = new(calls);
    private AWeighting? _filter;
    private int _filterRate;
    private string? _path;
    private volatile bool _isStopping;

    /// <inheritdoc/>
    public string Name => "microphone";

    /// <inheritdoc/>
    public string PartNumber => card;

    /// <inheritdoc/>
    public TimeSpan Period => TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public bool IsWarmingUp => false;

    /// <summary>Gets the number of overruns.</summary>
    public long Overruns => _capture.Overruns;

    /// <inheritdoc/>
    public string Device => _path ?? card;

    /// <inheritdoc/>
    public bool IsPresent()
    {
        _path ??= find();
        return _path is not null;
    }

    /// <inheritdoc/>
    public DeviceOutcome Measure(SectionBuilder into)
    {
        var outcome = _path is null ? DeviceOutcome.Absent : _capture.Open(_path);
        if (outcome == DeviceOutcome.Ok)
        {
            outcome = MeasureLevel(into);
        }

        _capture.Dispose();
        if (outcome != DeviceOutcome.Ok)
        {
            // The card may return under another number.
            _path = null;
        }

        return outcome;
    }

    /// <inheritdoc/>
    public void Stop() => _isStopping = true;

    /// <inheritdoc/>
    public void Dispose() => _capture.Dispose();

    private DeviceOutcome MeasureLevel(SectionBuilder into)
    {
        var rate = _capture.Format.Rate;
        if (_filter is null || _filterRate != rate)
        {
            (_filter, _filterRate) = (new AWeighting(rate), rate);
        }

        for (var attempt = 0; attempt < AttemptsMax && !_isStopping; attempt++)
        {
            var outcome = Record(rate, out var level, out var weighted);
            if (outcome != DeviceOutcome.Ok)
            {
                return outcome;
            }

            if (level.Count > 0)
            {
                into.Set(SensorsSection.SoundDecibelsFullScale, level.DecibelsFullScale);
                into.Set(SensorsSection.SoundDecibelsA, weighted.DecibelsFullScale + FullScaleDecibels + calibration);

                // A microphone always has some noise; digital silence means that none is connected.
                return level.DecibelsFullScale is null ? DeviceOutcome.Failed : DeviceOutcome.Ok;
            }
        }

        return DeviceOutcome.Failed;
    }

    /// <summary>Records one interval.</summary>
    /// <param name="rate">Frames per second.</param>
    /// <param name="level">The level; without samples after an overrun, which the filter turns into a click.</param>
    /// <param name="weighted">The A-weighted level.</param>
    private DeviceOutcome Record(int rate, out SoundLevel level, out SoundLevel weighted)
    {
        (level, weighted) = (default, default);
        var format = _capture.Format;
        Span<SoundLevel> channels = stackalloc SoundLevel[format.Channels];
        var (transient, settle, measure) =
            ((int)(rate * TransientSeconds), (int)(rate * SettleSeconds), (int)(rate * MeasureSeconds));
        var channel = 0;
        _filter!.Reset();
        for (var frame = 0; frame < transient + settle + measure;)
        {
            var outcome = _capture.Read(out var frames);
            if (outcome != DeviceOutcome.Ok || _isStopping)
            {
                return outcome;
            }

            if (frames.IsEmpty)
            {
                (level, weighted) = (default, default);
                return DeviceOutcome.Ok;
            }

            for (; !frames.IsEmpty && frame < transient + settle + measure; frame++)
            {
                channel = frame == transient ? Loudest(channels) : channel;
                if (frame < transient)
                {
                    for (var index = 0; index < channels.Length; index++)
                    {
                        channels[index].Add(format.Sample(frames[(index * format.SampleBytes)..]));
                    }
                }
                else
                {
                    var sample = format.Sample(frames[(channel * format.SampleBytes)..]);
                    var aWeighted = _filter.Next(sample);
                    if (frame >= transient + settle)
                    {
                        level.Add(sample);
                        weighted.Add(aWeighted);
                    }
                }

                frames = frames[format.FrameBytes..];
            }
        }

        return DeviceOutcome.Ok;
    }

    private static int Loudest(ReadOnlySpan<SoundLevel> channels)
    {
        var loudest = 0;
        for (var index = 1; index < channels.Length; index++)
        {
            loudest = channels[index].Power > channels[loudest].Power ? index : loudest;
        }

        return loudest;
    }
}
