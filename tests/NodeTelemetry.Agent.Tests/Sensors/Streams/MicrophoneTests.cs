using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Sensors.Streams;
using NodeTelemetry.Agent.Tests.Devices;
using NodeTelemetry.Agent.Tests.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors.Streams;

/// <summary>A microphone at a simulated card: levels of known sounds, other formats, losses, absence.</summary>
public sealed class MicrophoneTests : IDisposable
{
    /// <summary>What a full sine of 1 kHz is estimated as.</summary>
    private const double FullScaleDecibels = 120;

    private readonly SimulatedSoundCard _card = new();
    private readonly Microphone _microphone;
    private string? _path = SimulatedSoundCard.DevicePath;

    public MicrophoneTests() => _microphone = new Microphone(() => _path, "adau7002", 0, _card);

    /// <summary>Sounds as frequency and amplitude, with their level, plain and weighted by the filter at 48 kHz.</summary>
    public static TheoryData<double[], double, double> Sounds => new()
    {
        { [1000, 1.0], 0, 0 },
        { [1000, 0.1], -20, -20 },
        { [100, 0.1], -20, -39.147 },
        { [4000, 0.5], -6.021, -5.095 },
        { [8000, 0.5], -6.021, -7.712 },
        { [63, 0.1, 1000, 0.1, 8000, 0.1], -15.229, -17.747 },
    };

    public void Dispose() => _microphone.Dispose();

    [Theory]
    [MemberData(nameof(Sounds))]
    public void The_level_of_a_known_sound_is_reported(double[] tones, double plain, double weighted)
    {
        _card.Sound = (time, _) => Tones(tones, time);

        Assert.Equal(DeviceOutcome.Ok, Measure(out var values));

        // Half a second of 63 Hz is not a whole number of periods.
        Assert.Equal(plain, values[SensorsSection.SoundDecibelsFullScale]!.Value, 0.03);
        Assert.Equal(FullScaleDecibels + weighted, values[SensorsSection.SoundDecibelsA]!.Value, 0.03);
        Assert.False(_card.IsOpen);
    }

    [Theory]
    [InlineData(PcmFormat.Signed16, 48_000u, 1u)]
    [InlineData(PcmFormat.Signed24, 48_000u, 2u)]
    [InlineData(PcmFormat.Signed32, 44_100u, 2u)]
    [InlineData(PcmFormat.Signed32, 96_000u, 8u)]
    [InlineData(PcmFormat.Signed16, 16_000u, 1u)]
    public void Cards_of_other_formats_give_the_same_level(int format, uint rate, uint channels)
    {
        _card.Formats = [format];
        _card.Rates = [rate];
        _card.ChannelRange = (channels, channels);
        _card.Sound = static (time, _) => Tones([1000, 0.25], time);

        Assert.Equal(DeviceOutcome.Ok, Measure(out var values));

        Assert.Equal(-12.041, values[SensorsSection.SoundDecibelsFullScale]!.Value, 0.03);
        Assert.Equal(FullScaleDecibels - 12.041, values[SensorsSection.SoundDecibelsA]!.Value, 0.1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Of_two_channels_the_one_with_the_microphone_is_measured(int channel)
    {
        _card.Sound = (time, index) => index == channel ? 0.3 + Tones([1000, 0.1], time) : 0.9;

        Measure(out var values);

        Assert.Equal(-20, values[SensorsSection.SoundDecibelsFullScale]!.Value, 0.03);
        Assert.Equal(FullScaleDecibels - 20, values[SensorsSection.SoundDecibelsA]!.Value, 0.03);
    }

    [Fact]
    public void The_click_of_switching_on_is_not_measured()
    {
        _card.Sound = static (time, _) =>
            time < Microphone.TransientSeconds ? Math.Exp(-time * 50) : Tones([1000, 0.001], time);

        Measure(out var values);

        Assert.Equal(-60, values[SensorsSection.SoundDecibelsFullScale]!.Value, 0.05);
        Assert.Equal(FullScaleDecibels - 60, values[SensorsSection.SoundDecibelsA]!.Value, 0.05);
    }

    [Fact]
    public void A_calibration_shifts_the_estimate_only()
    {
        using var calibrated = new Microphone(() => _path, "adau7002", -3.5, _card);
        _card.Sound = static (time, _) => Tones([1000, 0.1], time);
        var entry = SensorVectors.Entry();

        calibrated.IsPresent();
        calibrated.Measure(entry);

        Assert.Equal(-20, entry.Values()[SensorsSection.SoundDecibelsFullScale]!.Value, 0.03);
        Assert.Equal(FullScaleDecibels - 23.5, entry.Values()[SensorsSection.SoundDecibelsA]!.Value, 0.03);
    }

    [Fact]
    public void Recording_continues_after_an_overrun()
    {
        _card.Sound = static (time, _) => Tones([1000, 0.1], time);
        _card.IsLate = static reading => reading == 20;

        Assert.Equal(DeviceOutcome.Ok, Measure(out var values));

        Assert.Equal(-20, values[SensorsSection.SoundDecibelsFullScale]!.Value, 0.03);
        Assert.Equal(1, _microphone.Overruns);
    }

    [Fact]
    public void A_machine_that_is_always_too_late_fails()
    {
        _card.IsLate = static reading => reading % 4 == 3;

        Assert.Equal(DeviceOutcome.Failed, Measure(out var values));

        Assert.Null(values[SensorsSection.SoundDecibelsFullScale]);
        Assert.False(_card.IsOpen);
    }

    [Fact]
    public void Silence_without_any_noise_means_that_nothing_is_connected()
    {
        Assert.Equal(DeviceOutcome.Failed, Measure(out var values));
        Assert.Null(values[SensorsSection.SoundDecibelsFullScale]);
    }

    [Fact]
    public void A_card_without_a_clock_fails_without_hanging()
    {
        _card.HasClock = false;

        Assert.Equal(DeviceOutcome.Failed, Measure(out _));
    }

    [Fact]
    public void Absent_busy_and_unsuitable_cards_are_distinguished()
    {
        _card.IsTaken = true;
        Assert.Equal(DeviceOutcome.Busy, Measure(out _));

        _card.IsTaken = false;
        _card.Formats = [5];
        Assert.Equal(DeviceOutcome.Failed, Measure(out _));

        _card.IsThere = false;
        Assert.Equal(DeviceOutcome.Absent, Measure(out _));

        _path = null;
        Assert.False(_microphone.IsPresent());
    }

    [Fact]
    public void An_unplugged_card_is_absent_and_measured_again_once_it_is_back()
    {
        _card.Sound = static (time, _) => Tones([1000, 0.1], time);
        _card.Waiting = () => _card.IsThere = _card.Readings != 10;
        Assert.Equal(DeviceOutcome.Absent, Measure(out _));
        Assert.False(_card.IsOpen);

        _card.Waiting = null;
        _card.IsThere = true;
        Assert.Equal(DeviceOutcome.Ok, Measure(out _));
    }

    [Fact]
    public void It_can_be_stopped()
    {
        _card.Waiting = _microphone.Stop;

        Measure(out var values);

        Assert.Null(values[SensorsSection.SoundDecibelsFullScale]);
        Assert.Equal(1, _card.Readings);
    }

    [Fact]
    public void Measuring_allocates_nothing()
    {
        _card.Sound = static (time, _) => Math.Sin(2 * Math.PI * 1000 * time);
        var entry = SensorVectors.Entry();

        Allocation.AssertNone(() =>
        {
            _microphone.IsPresent();
            _microphone.Measure(entry);
        });
    }

    private static double Tones(double[] tones, double time)
    {
        var sum = 0.0;
        for (var index = 0; index < tones.Length; index += 2)
        {
            sum += tones[index + 1] * Math.Sin(2 * Math.PI * tones[index] * time);
        }

        return sum;
    }

    private DeviceOutcome Measure(out SectionEntry values)
    {
        var entry = SensorVectors.Entry();
        _microphone.IsPresent();
        var outcome = _microphone.Measure(entry);
        values = entry.Values();
        return outcome;
    }
}
