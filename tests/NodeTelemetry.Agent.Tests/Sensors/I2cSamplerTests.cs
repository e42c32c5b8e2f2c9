using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Run;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Sensors;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Agent.Tests.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors;

/// <summary>Chips on a bus: found, measured apart from the tick, lost and found again.</summary>
public sealed class I2cSamplerTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _time = new();
    private readonly SnapshotBuilder _builder = new();
    private readonly SimulatedI2cDevice _device = new();
    private readonly I2cSampler _sampler;
    private bool _isBound;

    public I2cSamplerTests()
    {
        (_device[0x0F], _device[0x27]) = (0xBD, 3);
        _device.BurstBit = 0x80;
        _device.Load(0x28, "00543F30DF");
        var chip = new Lps25h(_device, static _ => { });
        _sampler = new I2cSampler([new ChipSlot(chip, () => _isBound, _time, NullLogger.Instance)], null, NameFilter.None, Deadline, _time);
    }

    public void Dispose() => _sampler.Dispose();

    [Fact]
    public void The_first_measurement_is_thrown_away_and_another_one_made_at_once()
    {
        // 980 hPa the first time, 1013.25 afterwards.
        _device.Load(0x28, "00403DB00A");
        var reads = 0;
        _device.Reading = register =>
        {
            if (register == 0x28 && ++reads == 2)
            {
                _device.Load(0x28, "00543F30DF");
            }
        };

        Assert.Equal(SampleOutcome.Ok, Tick(out var sensor));

        Assert.Equal("lps25h", sensor!.Value.Name);
        Assert.Equal("LPS25H", sensor.Value.Text(SensorsSection.Chip));
        Assert.Equal(101_325, sensor.Value[SensorsSection.PressurePascals]!.Value, 1e-6);
        Assert.Null(sensor.Value[SensorsSection.Stale]);
    }

    [Fact]
    public void Between_measurements_the_last_values_are_sent_without_a_transfer()
    {
        Tick(out _);
        var transfers = _device.Transfers;

        _time.Advance(TimeSpan.FromSeconds(1));
        _builder.Reset();

        Assert.Equal(SampleOutcome.Ok, _sampler.Sample(_builder));
        Assert.Equal(transfers, _device.Transfers);
    }

    [Fact]
    public void A_chip_that_vanishes_is_stale_then_absent_and_comes_back_by_itself()
    {
        Tick(out _);
        _device.Fault = static _ => BusOutcome.NoAnswer;

        Assert.Equal(SampleOutcome.Failed, Tick(out _));
        Advance(ChipSlot.StaleAfter);
        Tick(out var stale);
        Assert.Equal(1, stale!.Value[SensorsSection.Stale]);

        Advance(LastMeasurement.AgeMax);
        Tick(out var absent);
        Assert.Null(absent);

        _device.Fault = null;
        Advance(ChipModel.ProbePeriod);
        Tick(out var back);
        Assert.NotNull(back);
        Assert.Null(back.Value[SensorsSection.Stale]);
    }

    [Fact]
    public void An_address_that_the_kernel_has_bound_is_left_alone()
    {
        _isBound = true;

        Tick(out _);
        Tick(out var sensor);

        Assert.Null(sensor);
        Assert.Equal(0, _device.Transfers);
    }

    [Fact]
    public void An_address_without_a_chip_is_tried_rarely()
    {
        _device.Fault = static _ => BusOutcome.NoAnswer;
        Tick(out _);
        Tick(out _);
        Tick(out _);

        Assert.Equal(1, _device.Transfers);
    }

    [Fact]
    public void The_kernel_says_who_has_an_address()
    {
        using var folder = new TempFolder();
        var roots = new KernelRoots { Sys = folder.Path };

        var address = new KernelAddress(roots, 1, 0x76);

        Assert.False(address.IsBound);
        Directory.CreateDirectory(Path.Combine(folder.Path, "bus/i2c/devices/1-0076/driver"));
        Assert.True(address.IsBound);
    }

    [Fact]
    public void A_bus_that_is_not_there_has_no_data()
    {
        using var folder = new TempFolder();
        var roots = new KernelRoots { Sys = folder.Path, Dev = folder.Path };
        var (sampler, board) = I2cSetup.Create(roots, 1, NameFilter.None, Deadline, _time, NullLogger.Instance);
        using (sampler)
        {
            Assert.Equal(SampleOutcome.NoData, sampler.Sample(_builder));
            Assert.True(board!.IsDecided);
            Assert.False(board.IsPresent);
        }
    }

    [Fact]
    public void On_disposal_LEDs_are_off_and_chips_of_the_kernel_are_left_alone()
    {
        var light = SimulatedChips.Ltr559();
        var colour = SimulatedChips.Tcs();
        var bound = SimulatedChips.Ltr559();
        var isBound = false;
        var sampler = new I2cSampler(
            [
                new ChipSlot(Light(light), () => false, _time, NullLogger.Instance),
                new ChipSlot(new Tcs3400(colour, colour.Wait), () => false, _time, NullLogger.Instance),
                new ChipSlot(Light(bound), () => isBound, _time, NullLogger.Instance),
            ],
            null,
            NameFilter.None,
            Deadline,
            _time);
        Assert.Equal(3, Lines(sampler).Length);
        Assert.Equal((0x23, 3, 0x23), (light[0x81], colour[0x80], bound[0x81]));
        isBound = true;

        sampler.Dispose();

        Assert.Equal((0, 0, 0x23), (light[0x81], colour[0x80], bound[0x81]));

        static Ltr559 Light(SimulatedI2cDevice device) => new(device, device.Wait) { MeasuresProximity = true };
    }

    [Fact]
    public void A_chip_that_the_kernel_takes_over_is_not_reported_twice()
    {
        Tick(out var before);
        Assert.NotNull(before);

        _isBound = true;
        Tick(out var after);

        Assert.Null(after);
    }

    [Fact]
    public void Two_chips_of_a_kind_are_distinguished_and_a_filter_applies_to_the_sent_names()
    {
        var devices = new[] { SimulatedChips.Lps25h(), SimulatedChips.Lps25h(1) };
        using var all = Make(NameFilter.None, devices);
        using var some = Make(new NameFilter([], ["lps25h"]), [SimulatedChips.Lps25h(), SimulatedChips.Lps25h(1)]);

        Assert.Equal(
            ["lps25h t=25 p=101325 chip=LPS25H", "lps25h-1-005c t=48.2 p=98000 chip=LPS25H"], Lines(all));
        Assert.Equal(["lps25h-1-005c t=48.2 p=98000 chip=LPS25H"], Lines(some));
        Assert.Equal(
            ["lps25h t=25 p=101325 chip=LPS25H", "lps25h-1-005c t=48.2 p=98000 chip=LPS25H"], Lines(all));
    }

    [Fact]
    public void A_chip_with_two_entries_sends_both_and_a_filter_may_take_one()
    {
        var device = SimulatedChips.Motion();
        var slot = new ChipSlot(new Lsm9ds1Motion(device, device.Wait), () => false, _time, NullLogger.Instance);
        using var sampler = new I2cSampler([slot], null, new NameFilter(["*_gyro"], []), Deadline, _time);

        Assert.Equal(["lsm9ds1_gyro gx=1.7454 gy=0 gz=-1.7454 chip=LSM9DS1"], Lines(sampler));
    }

    [Fact]
    public void What_is_found_lost_and_strange_is_logged_once()
    {
        var logger = new RecordingLogger();
        var device = SimulatedChips.Lps25h();
        var strange = SimulatedChips.Bme280(id: 0x61);
        using var sampler = new I2cSampler(
            [
                new ChipSlot(new Lps25h(device, device.Wait), () => false, _time, logger),
                new ChipSlot(new Bme280(strange, strange.Wait), () => false, _time, logger),
            ],
            null,
            NameFilter.None,
            Deadline,
            _time);
        Lines(sampler);
        Lines(sampler);
        Assert.Equal(
            [
                "Information 1101 Detected sensor LPS25H at 1-005c.",
                "Warning 1103 The chip at 1-0076 identifies itself as 0x61, not as a BME280; it is left alone.",
            ],
            logger.Lines);

        device.Fault = static _ => BusOutcome.NoAnswer;
        for (var tick = 0; tick < 20; tick++)
        {
            Lines(sampler);
        }

        Assert.Equal(3, logger.Lines.Count);
        Assert.StartsWith("Warning 1102 Sensor LPS25H at 1-005c no longer", logger.Lines[2], StringComparison.Ordinal);

        device.Fault = null;
        _time.Advance(ChipModel.ProbePeriod);
        Lines(sampler);
        Assert.Equal("Information 1101 Detected sensor LPS25H at 1-005c.", logger.Lines[3]);
    }

    [Fact]
    public void A_strange_chip_is_asked_rarely_and_known_when_it_was_replaced()
    {
        var device = SimulatedChips.Bme280(id: 0x61);
        using var sampler = Make(NameFilter.None, device);
        Assert.Empty(Lines(sampler));
        var transfers = device.Transfers;
        _time.Advance(ChipModel.ProbePeriod);
        Assert.Empty(Lines(sampler));
        Assert.Equal(transfers, device.Transfers);

        device[0xD0] = 0x60;
        _time.Advance(ChipSlot.OtherChipPeriod);
        Assert.Single(Lines(sampler));
    }

    [Fact]
    public async Task A_bus_that_hangs_keeps_neither_the_tick_nor_another_reading_waiting()
    {
        using var released = new ManualResetEventSlim();
        var device = SimulatedChips.Lps25h();
        device.Reading = _ => released.Wait();
        var slot = new ChipSlot(new Lps25h(device, device.Wait), () => false, _time, NullLogger.Instance);
        using var stuck = new I2cSampler([slot], null, NameFilter.None, TimeSpan.FromMilliseconds(1), _time);
        try
        {
            // These would not come back if they waited for it.
            for (var tick = 0; tick < 3; tick++)
            {
                Assert.Empty(Lines(stuck));
                Assert.Equal(SampleOutcome.Ok, Tick(out var other));
                Assert.Equal(101_325, other!.Value[SensorsSection.PressurePascals]);
            }
        }
        finally
        {
            released.Set();
        }

        await Eventually.TrueAsync(
            () => Task.FromResult(Lines(stuck) is ["lps25h t=25 p=101325 chip=LPS25H"]), Deadline);
    }

    [Fact]
    public void A_tick_and_a_measurement_allocate_nothing()
    {
        using var folder = new TempFolder();
        var address = new KernelAddress(new KernelRoots { Sys = folder.Path }, 1, 0x5C);
        var device = SimulatedChips.Motion();
        var slot = new ChipSlot(new Lsm9ds1Motion(device, device.Wait), () => address.IsBound, _time, NullLogger.Instance);
        using var sampler = new I2cSampler([slot], null, new NameFilter(["lsm*"], ["other"]), Deadline, _time);
        for (var warmUp = 0; warmUp < 3; warmUp++)
        {
            _time.Advance(ChipModel.DefaultPeriod);
            Tick();
        }

        var allocated = 0L;
        var sent = 0;
        for (var round = 0; round < 100; round++)
        {
            _time.Advance(ChipModel.DefaultPeriod);
            var before = GC.GetAllocatedBytesForCurrentThread();
            sent += Tick();
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        Assert.Equal(200, sent);

        // The measurement is made here, where it is counted, and not on the bus' thread.
        int Tick()
        {
            slot.Refresh();
            slot.Take();
            _builder.Reset();
            sampler.Sample(_builder);
            return _builder.Section(SensorsSection.Definition).EntryCount;
        }
    }

    [Fact]
    public void A_bus_without_a_device_file_fails_without_allocating()
    {
        using var folder = new TempFolder();
        using var bus = new LinuxI2cBus(new KernelRoots { Dev = folder.Path }, 1);
        var device = bus.Device(0x76);
        var outcome = device.Read(0xD0, out byte _);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100 && outcome == BusOutcome.Failed; round++)
        {
            outcome = device.Read(0xD0, out byte _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(BusOutcome.Failed, outcome);
    }

    [Fact]
    public void A_device_file_that_is_no_bus_fails()
    {
        using var folder = new TempFolder();
        File.WriteAllText(Path.Combine(folder.Path, "i2c-1"), string.Empty);
        using var bus = new LinuxI2cBus(new KernelRoots { Dev = folder.Path }, 1);

        Assert.Equal(BusOutcome.Failed, bus.Device(0x76).Read(0xD0, out byte _));
        Assert.Equal("1-0076", bus.Device(0x76).Name);
    }

    private I2cSampler Make(NameFilter filter, params SimulatedI2cDevice[] devices) => new(
        devices.Select(device => new ChipSlot(
            device.Name == "1-0076" ? new Bme280(device, device.Wait) : new Lps25h(device, device.Wait),
            () => false,
            _time,
            NullLogger.Instance)),
        null,
        filter,
        Deadline,
        _time);

    /// <summary>What a tick in the next period sends.</summary>
    private string[] Lines(I2cSampler sampler)
    {
        _time.Advance(ChipModel.DefaultPeriod);
        _builder.Reset();
        sampler.Sample(_builder);
        return SensorText.Of(_builder.Section(SensorsSection.Definition).Build());
    }

    private void Advance(TimeSpan time) => _time.Advance(time);

    /// <summary>A tick in the next period.</summary>
    private SampleOutcome Tick(out SectionEntry? sensor)
    {
        _time.Advance(ChipModel.DefaultPeriod);
        _builder.Reset();
        var outcome = _sampler.Sample(_builder);
        sensor = _builder.Section(SensorsSection.Definition).Build()?[0];
        return outcome;
    }
}
