using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Run;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Agent.Sensors.Streams;
using NodeTelemetry.Agent.Tests.Devices;
using NodeTelemetry.Agent.Tests.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors.Streams;

/// <summary>Sensors that are listened to apart from the tick: at their pace, warming up, lost, found again, ended.</summary>
public sealed class StreamSamplerTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly ManualTimeProvider _time = new();
    private readonly SnapshotBuilder _builder = new();
    private readonly RecordingLogger _logger = new();
    private readonly SimulatedPms5003 _device;
    private readonly SimulatedSoundCard _card = new();
    private readonly TempFolder _folder = new();

    public StreamSamplerTests()
    {
        _device = new SimulatedPms5003(_time);
        _card.Sound = static (time, _) => 0.1 * Math.Sin(2 * Math.PI * 1000 * time);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_sensor_is_measured_once_per_period_and_reported_at_every_tick()
    {
        using var sampler = Microphone(NameFilter.None);

        Assert.Equal(SampleOutcome.Ok, Tick(sampler, out var sensor));
        Assert.Equal("microphone", sensor!.Value.Name);
        Assert.Equal("adau7002", sensor.Value.Text(SensorsSection.Chip));
        Assert.Equal(-20, sensor.Value[SensorsSection.SoundDecibelsFullScale]!.Value, 0.1);

        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(SampleOutcome.Ok, Tick(sampler, out _));
        Assert.Equal(1, _card.Openings);

        _time.Advance(TimeSpan.FromSeconds(2));
        Tick(sampler, out _);
        Assert.Equal(2, _card.Openings);
        Assert.Empty(_logger.Lines);
    }

    [Fact]
    public void What_is_not_wanted_by_name_is_never_opened()
    {
        using var sampler = Microphone(new NameFilter([], ["micro*"]));

        Assert.Equal(SampleOutcome.NoData, Tick(sampler, out _));
        Assert.Equal(0, _card.Openings);
    }

    [Fact]
    public void A_card_that_was_never_there_is_no_failure_and_one_that_went_is()
    {
        using var sampler = Microphone(NameFilter.None);
        _card.IsThere = false;
        Assert.Equal(SampleOutcome.NoData, Tick(sampler, out _));
        Assert.Empty(_logger.Lines);

        _card.IsThere = true;
        _time.Advance(ChipModel.ProbePeriod);
        Assert.Equal(SampleOutcome.Ok, Tick(sampler, out _));

        _card.IsThere = false;
        _time.Advance(ChipModel.ProbePeriod);
        Assert.Equal(SampleOutcome.Failed, Tick(sampler, out var sensor));
        Assert.NotNull(sensor);
        Assert.Null(sensor.Value[SensorsSection.Stale]);

        _time.Advance(3 * ChipModel.ProbePeriod);
        Tick(sampler, out sensor);
        Assert.Equal(1, sensor!.Value[SensorsSection.Stale]);

        _card.IsThere = true;
        _time.Advance(ChipModel.ProbePeriod);
        Assert.Equal(SampleOutcome.Ok, Tick(sampler, out sensor));
        Assert.Null(sensor!.Value[SensorsSection.Stale]);
        Assert.Equal(["Warning 1112", "Information 1111"], Messages());
    }

    [Theory]
    [InlineData(true, "Warning 1113")]
    [InlineData(false, "Warning 1115")]
    public void A_problem_is_logged_once(bool isTaken, string message)
    {
        using var sampler = Microphone(NameFilter.None);
        _card.IsTaken = isTaken;
        _card.HasClock = isTaken;

        for (var tick = 0; tick < 3; tick++)
        {
            Assert.Equal(SampleOutcome.Failed, Tick(sampler, out _));
            _time.Advance(ChipModel.ProbePeriod);
        }

        Assert.Equal([message], Messages());
        Assert.Contains("microphone", _logger.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sensor_that_warms_up_says_so_and_a_tick_never_waits_for_it()
    {
        // The sensor stands still after its first frames, until the test goes on.
        using var reached = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var waits = 0;
        _device.Waiting = () =>
        {
            if (++waits == 10)
            {
                reached.Set();
                gate.Wait(Deadline, TestContext.Current.CancellationToken);
            }
        };
        using var sampler = ParticleCounter();

        Tick(sampler, out _);
        Assert.True(reached.Wait(Deadline, TestContext.Current.CancellationToken));
        Assert.Equal(SampleOutcome.Ok, Tick(sampler, out var sensor));
        Assert.Equal(1, sensor!.Value[SensorsSection.WarmingUp]);
        Assert.Equal("PMS5003", sensor.Value.Text(SensorsSection.Chip));
        Assert.Null(sensor.Value[SensorsSection.Pm25]);

        gate.Set();
        await Eventually.TrueAsync(
            () =>
            {
                Tick(sampler, out sensor);
                return Task.FromResult(sensor?[SensorsSection.Pm25] is not null);
            },
            Deadline);
        Assert.Equal(13, sensor!.Value[SensorsSection.Pm25]);
        Assert.Null(sensor.Value[SensorsSection.WarmingUp]);
        Assert.False(_device.IsRunning);
    }

    [Fact]
    public async Task The_end_of_the_program_puts_the_laser_to_sleep()
    {
        using var reached = new ManualResetEventSlim();
        _device.Waiting = reached.Set;
        var sampler = ParticleCounter();
        Tick(sampler, out _);
        Assert.True(reached.Wait(Deadline, TestContext.Current.CancellationToken));

        sampler.Dispose();

        // Dispose waits for it, but not for ever, which this machine may take.
        await Eventually.TrueAsync(() => Task.FromResult(!_device.IsRunning && !_device.IsOpen), Deadline);
    }

    /// <summary>The sampler ends at once after a tick, before the other thread may have begun to measure.</summary>
    [Fact]
    public void A_sensor_is_never_disposed_before_its_measurement_has_ended()
    {
        for (var run = 0; run < 20; run++)
        {
            var sensor = new InstantSensor();
            var sampler = new StreamSampler(sensor, NameFilter.None, wait: null, _time, _logger);
            Tick(sampler, out _);

            sampler.Dispose();

            Assert.True(sensor.HasMeasured || !sensor.IsDisposed);
        }
    }

    [Fact]
    public void Telling_allocates_nothing()
    {
        using var sampler = Microphone(NameFilter.None);
        Tick(sampler, out _);

        Allocation.AssertNone(() =>
        {
            _builder.Reset();
            sampler.Sample(_builder);
        });
    }

    [Fact]
    public void A_sound_card_is_found_by_its_name()
    {
        AddCard(0, "vc4hdmi");
        AddCard(12, "adau7002");
        var roots = new KernelRoots { Sys = _folder.Path, Dev = "/dev" };

        Assert.Equal("/dev/snd/pcmC12D0c", SoundCards.Find(roots, "adau7002"));
        Assert.Null(SoundCards.Find(roots, "adau"));
    }

    [Theory]
    [InlineData(null, "ttyAMA0")]
    [InlineData("ttyS0", "serial0")]
    [InlineData("ttyAMA0", "serial0")]
    [InlineData("ttyAMA10", "ttyAMA0")]
    public void The_ports_of_the_header_are_found_on_all_boards(string? link, string expected)
    {
        if (link is not null)
        {
            File.CreateSymbolicLink(Path.Combine(_folder.Path, "serial0"), link);
        }

        var port = StreamSensors.FindHeaderPort(new KernelRoots { Dev = _folder.Path });

        Assert.Equal(Path.Combine(_folder.Path, expected), port);
    }

    [Fact]
    public void The_console_is_known_by_name_and_by_link()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "class/tty/console"));
        File.WriteAllText(Path.Combine(_folder.Path, "class/tty/console/active"), "tty0 ttyS0\n");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "serial0"), "ttyS0");
        var roots = new KernelRoots { Sys = _folder.Path };

        Assert.True(ConsolePorts.Contain(roots, Path.Combine(_folder.Path, "serial0")));
        Assert.True(ConsolePorts.Contain(roots, "/dev/ttyS0"));
        Assert.False(ConsolePorts.Contain(roots, "/dev/ttyAMA0"));
        Assert.False(ConsolePorts.Contain(new KernelRoots { Sys = "/nonexistent" }, "/dev/ttyS0"));
    }

    private StreamSampler Microphone(NameFilter filter) => new(
        new Microphone(static () => SimulatedSoundCard.DevicePath, "adau7002", 0, _card), filter, Deadline, _time, _logger);

    private StreamSampler ParticleCounter() => new(
        new Pms5003(
            new SerialPort(_device, SimulatedPms5003.PortPath),
            _device.Enable,
            _device.Reset,
            static () => true,
            isNamed: true,
            static () => false,
            _time.Advance,
            _time),
        NameFilter.None,
        wait: null,
        _time,
        _logger);

    private void AddCard(int number, string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, $"class/sound/card{number}"));
        File.WriteAllText(Path.Combine(folder.FullName, "id"), name + "\n");
    }

    private IEnumerable<string> Messages() =>
        _logger.Lines.Select(static line => string.Join(' ', line.Split(' ').Take(2)));

    private SampleOutcome Tick(StreamSampler sampler, out SectionEntry? sensor)
    {
        _builder.Reset();
        var outcome = sampler.Sample(_builder);
        sensor = _builder.Section(SensorsSection.Definition).Build()?[0];
        return outcome;
    }

    /// <summary>A sensor that measures without any wait.</summary>
    private sealed class InstantSensor : IStreamSensor
    {
        private volatile bool _hasMeasured;

        public string Name => "instant";

        public string PartNumber => "INSTANT";

        public TimeSpan Period => TimeSpan.FromSeconds(10);

        public bool IsWarmingUp => false;

        public string Device => "/dev/null";

        public bool HasMeasured => _hasMeasured;

        public bool IsDisposed { get; private set; }

        public bool IsPresent() => true;

        public DeviceOutcome Measure(SectionBuilder into)
        {
            _hasMeasured = true;
            return DeviceOutcome.Ok;
        }

        public void Stop()
        {
        }

        public void Dispose() => IsDisposed = true;
    }
}
