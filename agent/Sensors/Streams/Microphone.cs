using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Streams;

/// <summary>A microphone: how loud it is, and nothing else of what is said.</summary>
/// <remarks>
/// Every ten seconds the card is opened, half a second of it measured and closed again: no sample leaves this class.
/// What comes first is the card's own transient; meanwhile it is found out which channel has the microphone,
/// as of two the other is silent. The level is in decibels of full scale;
/// the weighted one is shifted by what the datasheets of such microphones give, so it is an estimate,
/// 3 to 6 dB off without a calibration. Allocates: nothing after the first measurement.
/// </remarks>
/// <param name="find">Finds the device file of the card; <see langword="null"/> if there is none.</param>
/// <param name="card">What the card is called.</param>
/// <param name="calibration">What is added to the weighted level, in dB.</param>
/// <param name="calls">The kernel.</param>
internal sealed class Microphone(Func<string?> find, string card, double calibration, IDeviceCalls calls)
    : IStreamSensor
{
    /// <summary>What is thrown away after opening, in parts of a second.</summary>
    public const double TransientSeconds = 0.2;

    /// <summary>What only makes the filter forget: more than twelve times its longest time constant.</summary>
    public const double SettleSeconds = 0.1;

    /// <summary>What is measured.</summary>
    public const double MeasureSeconds = 0.5;

    /// <summary>Digital MEMS microphones give -26 dBFS at 94 dB of sound pressure, within 3 dB.</summary>
    private const double FullScaleDecibels = 94 + 26;

    /// <summary>A machine too busy to read half a second without loss is not asked for ever.</summary>
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

    /// <summary>Gets how often something was lost because it was not read in time.</summary>
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
            outcome = Listen(into);
        }

        _capture.Dispose();
        if (outcome != DeviceOutcome.Ok)
        {
            // It may come back under another number.
            _path = null;
        }

        return outcome;
    }

    /// <inheritdoc/>
    public void Stop() => _isStopping = true;

    /// <inheritdoc/>
    public void Dispose() => _capture.Dispose();

    private DeviceOutcome Listen(SectionBuilder into)
    {
        var rate = _capture.Format.Rate;
        if (_filter is null || _filterRate != rate)
        {
            (_filter, _filterRate) = (new AWeighting(rate), rate);
        }

        for (var attempt = 0; attempt < AttemptsMax && !_isStopping; attempt++)
        {
            var outcome = Hear(rate, out var level, out var weighted);
            if (outcome != DeviceOutcome.Ok)
            {
                return outcome;
            }

            if (level.Count > 0)
            {
                into.Set(SensorsSection.SoundDecibelsFullScale, level.DecibelsFullScale);
                into.Set(SensorsSection.SoundDecibelsA, weighted.DecibelsFullScale + FullScaleDecibels + calibration);

                // A microphone always has some noise: without any, nothing is connected.
                return level.DecibelsFullScale is null ? DeviceOutcome.Failed : DeviceOutcome.Ok;
            }
        }

        return DeviceOutcome.Failed;
    }

    /// <summary>Hears one stretch.</summary>
    /// <param name="rate">Frames a second.</param>
    /// <param name="level">The level; of no sample if something was lost,
    /// for then the filter has heard a click.</param>
    /// <param name="weighted">The weighted one.</param>
    private DeviceOutcome Hear(int rate, out SoundLevel level, out SoundLevel weighted)
    {
        (level, weighted) = (default, default);
        var format = _capture.Format;
        Span<SoundLevel> channels = stackalloc SoundLevel[format.Channels];
        var (transient, settle, measure) =
            ((int)(rate * TransientSeconds), (int)(rate * SettleSeconds), (int)(rate * MeasureSeconds));
        var channel = 0;
        _filter!.Reset();
        for (var heard = 0; heard < transient + settle + measure;)
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

            for (; !frames.IsEmpty && heard < transient + settle + measure; heard++)
            {
                channel = heard == transient ? Loudest(channels) : channel;
                if (heard < transient)
                {
                    for (var index = 0; index < channels.Length; index++)
                    {
                        channels[index].Add(format.Sample(frames[(index * format.SampleBytes)..]));
                    }
                }
                else
                {
                    var sample = format.Sample(frames[(channel * format.SampleBytes)..]);
                    var heardByPeople = _filter.Next(sample);
                    if (heard >= transient + settle)
                    {
                        level.Add(sample);
                        weighted.Add(heardByPeople);
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
