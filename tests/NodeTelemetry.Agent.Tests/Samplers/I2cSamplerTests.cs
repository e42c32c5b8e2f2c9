using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Sensors;
using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Agent.Tests.Sensors;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers;

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
        Advance(I2cSampler.StaleAfter);
        Tick(out var stale);
        Assert.Equal(1, stale!.Value[SensorsSection.Stale]);

        Advance(LastMeasurement.AgeMax);
        Tick(out var absent);
        Assert.Null(absent);

        _device.Fault = null;
        Advance(ChipSlot.SearchPeriod);
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
    public void An_address_where_nobody_is_is_asked_rarely()
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
        using var sampler = I2cSampler.Create(roots, 1, NameFilter.None, Deadline, _time, NullLogger.Instance);

        Assert.Equal(SampleOutcome.NoData, sampler.Sample(_builder));
    }

    private void Advance(TimeSpan time) => _time.Advance(time);

    /// <summary>A tick in the next period.</summary>
    private SampleOutcome Tick(out SectionEntry? sensor)
    {
        _time.Advance(ChipSlot.UsualPeriod);
        _builder.Reset();
        var outcome = _sampler.Sample(_builder);
        sensor = _builder.Section(SensorsSection.Definition).Build()?[0];
        return outcome;
    }
}
