using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Agent.Tests.Devices;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors.Chips;

/// <summary>A particle counter: woken, warmed up, listened to and put to sleep; disturbed, unplugged, broken.</summary>
public sealed class Pms5003Tests : IDisposable
{
    private const string Sleep = "424DE400000173";

    private readonly ManualTimeProvider _time = new();
    private readonly SimulatedPms5003 _device;
    private readonly Pms5003 _sensor;
    private bool _isEnviroPlus = true;
    private bool _isTaken;

    public Pms5003Tests()
    {
        _device = new SimulatedPms5003(_time);
        _sensor = Sensor(_device.Enable, _device.Reset);
        _sensor.IsPresent();
    }

    public void Dispose() => _sensor.Dispose();

    [Fact]
    public void The_mean_after_the_warm_up_is_reported_and_the_laser_sleeps_again()
    {
        // Rubbish from the old air until half a minute is over, then 10 and 20 in turn.
        _device.Words = time => time < Pms5003.WarmUp
            ? [900, 900, 900, 900, 900, 900, 1, 1, 1, 1, 1, 1, 0x9700]
            : Words((ushort)(time.Seconds % 2 == 0 ? 10 : 20));
        _device.Enable.Write(false);

        Assert.Equal(DeviceOutcome.Ok, Measure(out var values));

        Assert.Equal(15, values[SensorsSection.Pm1]!.Value, 1.0);
        Assert.Equal(15, values[SensorsSection.Pm25]!.Value, 1.0);
        Assert.Equal(15, values[SensorsSection.Pm10]!.Value, 1.0);
        Assert.False(_device.IsRunning);
        Assert.Equal(Sleep, _device.Commands[^1]);
        Assert.False(_device.Enable.IsHigh);
        Assert.False(_device.IsOpen);
        Assert.False(_sensor.IsWarmingUp);
    }

    [Fact]
    public void It_says_that_it_is_warming_up()
    {
        var warm = new List<bool>();
        _device.Waiting = () => warm.Add(_sensor.IsWarmingUp);

        Measure(out _);

        // Unknown before the first frame, then yes, then no.
        var changes = warm.Where((value, index) => index == 0 || warm[index - 1] != value);
        Assert.Equal([false, true, false], changes);
    }

    [Fact]
    public void On_another_board_the_lines_have_other_uses()
    {
        var enable = new SimulatedGpioLine("GPIO22");
        using var sensor = Sensor(enable, _device.Reset);
        _isEnviroPlus = false;
        sensor.IsPresent();

        Assert.Equal(DeviceOutcome.Ok, Measure(sensor, out _));

        Assert.False(_device.IsRunning);
        Assert.False(enable.IsOutput);
        Assert.False(_device.Reset.IsOutput);
    }

    [Fact]
    public void It_is_looked_for_on_an_enviro_plus_only_unless_its_port_is_named()
    {
        using var terminal = new PseudoTerminal();
        using var port = new SerialPort(_device, terminal.Path);
        using var named = Sensor(port, isNamed: true);
        using var automatic = Sensor(port, isNamed: false);
        using var absent = Sensor(new SerialPort(_device, "/nonexistent/ttyAMA0"), isNamed: true);

        Assert.True(automatic.IsPresent());
        Assert.False(absent.IsPresent());

        _isEnviroPlus = false;
        using var elsewhere = Sensor(port, isNamed: false);
        Assert.True(named.IsPresent());
        Assert.False(elsewhere.IsPresent());

        Pms5003 Sensor(SerialPort port, bool isNamed) => new(
            port, _device.Enable, _device.Reset, () => _isEnviroPlus, isNamed, static () => false, static _ => { }, _time);
    }

    [Fact]
    public void A_port_with_a_login_console_is_left_alone()
    {
        _isTaken = true;
        _sensor.IsPresent();

        Assert.Equal(DeviceOutcome.Busy, Measure(out _));
        Assert.Empty(_device.Commands);
        Assert.False(_device.Enable.IsOutput);
    }

    [Fact]
    public void Without_the_lines_the_commands_do_it()
    {
        var taken = new SimulatedGpioLine("GPIO22") { Outcome = DeviceOutcome.Busy };
        using var sensor = Sensor(taken, new SimulatedGpioLine("GPIO27") { Outcome = DeviceOutcome.Absent });
        sensor.IsPresent();

        Assert.Equal(DeviceOutcome.Ok, Measure(sensor, out _));
        Assert.False(_device.IsRunning);

        Assert.Equal(DeviceOutcome.Ok, Measure(sensor, out var values));
        Assert.Equal(13, values[SensorsSection.Pm25]);
    }

    [Fact]
    public void More_than_it_can_count_is_its_limit_as_with_the_kernels_driver()
    {
        _device.Words = static _ => Words(2500);

        Measure(out var values);

        Assert.Equal(1000, values[SensorsSection.Pm25]);
    }

    [Fact]
    public void A_silent_port_is_absent_within_seconds()
    {
        _device.IsPlugged = false;
        var start = _time.GetTimestamp();

        Assert.Equal(DeviceOutcome.Absent, Measure(out _));

        Assert.InRange(_time.GetElapsedTime(start), Pms5003.SilenceMax, 2 * Pms5003.SilenceMax);
    }

    [Fact]
    public void No_port_is_absent()
    {
        _device.IsPortThere = false;

        Assert.Equal(DeviceOutcome.Absent, Measure(out _));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public void A_cable_or_an_adapter_that_is_pulled_meanwhile_ends_the_measurement(int seconds)
    {
        foreach (var isAdapter in (bool[])[true, false])
        {
            _device.Words = time =>
            {
                _device.IsPlugged = isAdapter || time < TimeSpan.FromSeconds(seconds);
                _device.IsPortThere = !isAdapter || time < TimeSpan.FromSeconds(seconds);
                return Words(1);
            };

            Assert.Equal(DeviceOutcome.Absent, Measure(out _));
            Assert.False(_sensor.IsWarmingUp);

            _device.IsPlugged = _device.IsPortThere = true;
            _device.Words = static _ => Words(7);
            Assert.Equal(DeviceOutcome.Ok, Measure(out var values));
            Assert.Equal(7, values[SensorsSection.Pm25]);
        }
    }

    [Fact]
    public void A_line_that_carries_rubbish_is_a_failure()
    {
        _device.OnLine = static _ => [0x24, 0x47, 0x50, 0x47, 0x47, 0x41, 0x42, 0x4D];

        Assert.Equal(DeviceOutcome.Failed, Measure(out _));
    }

    [Fact]
    public void A_disturbed_line_costs_frames_and_no_measurement()
    {
        var random = new Random(5003);
        _device.OnLine = frame =>
        {
            frame[random.Next(frame.Length)] ^= (byte)(random.Next(3) == 0 ? 0x55 : 0);
            return [0x42, .. frame];
        };

        Assert.Equal(DeviceOutcome.Ok, Measure(out var values));
        Assert.Equal(13, values[SensorsSection.Pm25]);
    }

    [Theory]
    [InlineData(0x9701, 5)]
    [InlineData(0, 0)]
    public void A_sensor_that_finds_itself_broken_or_never_gets_ready_is_a_failure(int last, int value)
    {
        _device.Words = _ => [.. Enumerable.Repeat((ushort)value, 12), (ushort)last];

        Assert.Equal(DeviceOutcome.Failed, Measure(out var values));
        Assert.Null(values[SensorsSection.Pm25]);
    }

    [Fact]
    public void It_can_be_stopped_at_any_time_and_then_sleeps()
    {
        var waits = 0;
        _device.Waiting = () =>
        {
            if (++waits == 60)
            {
                _sensor.Stop();
            }
        };

        Assert.NotEqual(DeviceOutcome.Ok, Measure(out _));

        Assert.Equal(60, waits);
        Assert.False(_device.IsRunning);
    }

    /// <summary>The whole way through a terminal of the running kernel, with a clock that goes on by a second a
    /// frame.</summary>
    [Fact]
    public void It_is_read_through_a_terminal_of_the_kernel()
    {
        using var terminal = new PseudoTerminal();
        var frame = SensorVectors.Of("pms5003")[1].Bytes("frame");
        var calls = new SteppedCalls(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            terminal.Write(frame);
        });
        using var port = new SerialPort(calls, terminal.Path);
        using var sensor = new Pms5003(port, _device.Enable, _device.Reset, static () => false, isNamed: true, static () => false, static _ => { }, _time);

        Assert.Equal(DeviceOutcome.Ok, Measure(sensor, out var values));

        Assert.Equal((11, 16, 20), Particles(values));
        var commands = "424DE400010174424DE100010171" + Sleep;
        Assert.Equal(commands, Convert.ToHexString(terminal.Read(commands.Length / 2)));
    }

    [Fact]
    public void Measuring_allocates_nothing()
    {
        // What the simulator allocates for its frames is known and the same each time: none of it is the agent's.
        using var terminal = new PseudoTerminal();
        var frame = SensorVectors.Of("pms5003")[0].Bytes("frame");
        var calls = new SteppedCalls(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            terminal.Write(frame);
        });
        using var port = new SerialPort(calls, terminal.Path);
        using var sensor = new Pms5003(port, _device.Enable, _device.Reset, static () => false, isNamed: true, static () => false, static _ => { }, _time);
        var entry = SensorVectors.Entry();
        var steps = 0;

        var allocated = Allocation.Of(() =>
        {
            calls.Count = 0;
            sensor.Measure(entry);
            steps = calls.Count;
        });

        var perStep = Allocation.Of(() => _time.Advance(TimeSpan.FromSeconds(1)));
        Assert.Equal(steps * perStep, allocated);
    }

    private static ushort[] Words(ushort value) =>
        [99, 99, 99, value, value, value, 765, 252, 29, 15, 6, 6, 0x9700];

    private static (double?, double?, double?) Particles(SectionEntry values) =>
        (values[SensorsSection.Pm1], values[SensorsSection.Pm25], values[SensorsSection.Pm10]);

    private static DeviceOutcome Measure(Pms5003 sensor, out SectionEntry values)
    {
        var entry = SensorVectors.Entry();
        var outcome = sensor.Measure(entry);
        values = entry.Values();
        return outcome;
    }

    private DeviceOutcome Measure(out SectionEntry values) => Measure(_sensor, out values);

    private Pms5003 Sensor(IGpioLine enable, IGpioLine reset) => new(
        new SerialPort(_device, SimulatedPms5003.PortPath), enable, reset, () => _isEnviroPlus, isNamed: true, () => _isTaken, _time.Advance, _time);

    /// <summary>The calls of the running kernel, with something that happens before each wait.</summary>
    private sealed class SteppedCalls(Action step) : IDeviceCalls
    {
        private readonly LinuxDeviceCalls _calls = new();

        public int Count { get; set; }

        public int Open(string path, int flags) => _calls.Open(path, flags);

        public int Control(int descriptor, uint request, Span<byte> structure) =>
            _calls.Control(descriptor, request, structure);

        public int Read(int descriptor, Span<byte> into) => _calls.Read(descriptor, into);

        public int Write(int descriptor, ReadOnlySpan<byte> bytes) => _calls.Write(descriptor, bytes);

        public bool WaitUntilReadable(int descriptor, TimeSpan limit)
        {
            Count++;
            step();
            return _calls.WaitUntilReadable(descriptor, TimeSpan.FromSeconds(30));
        }

        public void Close(int descriptor) => _calls.Close(descriptor);
    }
}
