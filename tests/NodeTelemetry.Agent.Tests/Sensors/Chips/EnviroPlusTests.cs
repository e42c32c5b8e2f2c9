using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Agent.Tests.Devices;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors.Chips;

/// <summary>ADS1015 and ADS1115 with the gas sensor and its heater, by worked examples and simulated hardware.</summary>
public sealed class EnviroPlusTests : IDisposable
{
    private const int TransfersMax = 64;

    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly SimulatedGpioLine _heater = new("GPIO24");
    private readonly SimulatedI2cDevice _climate = SimulatedChips.Bme280();
    private readonly SimulatedI2cDevice _light = SimulatedChips.Ltr559();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, "ads1015_voltage3", "ADS1015")]
    [InlineData(true, "ads1115_voltage3", "ADS1115")]
    public void Gases_are_resistances_and_the_spare_input_is_an_entry_of_its_own(bool isAds1115, string name, string part)
    {
        var (converter, chip, board) = Make(isAds1115);
        board.Refresh();

        var entries = Measure(chip);

        Assert.Equal(part, chip.PartNumber);
        Assert.Equal(("mics6814", "MICS6814"), (entries[0].Name, entries[0].Text(SensorsSection.Chip)));
        Assert.Equal(15_627.907, entries[0][SensorsSection.OxidisingOhms]!.Value, 1e-3);
        Assert.Equal(56_000, entries[0][SensorsSection.ReducingOhms]!.Value, 1e-6);
        Assert.Equal(560_000, entries[0][SensorsSection.AmmoniaOhms]!.Value, 1e-6);
        Assert.Equal((name, part), (entries[1].Name, entries[1].Text(SensorsSection.Chip)));
        Assert.Equal(1.2, entries[1][SensorsSection.Volts]!.Value, 1e-9);
        Assert.Equal((0x8000, 0x7FFF), (converter.Registers[2], converter.Registers[3]));
    }

    [Theory]
    [InlineData(0x7FFF, null, null)]
    [InlineData(0x7FF0, null, null)]
    [InlineData(0x8000, null, null)]
    [InlineData(0x44D0, null, 3.303)]
    [InlineData(0x44C0, null, 3.3)]
    [InlineData(0xFFF0, 0.0, -0.003)]
    [InlineData(0x0000, 0.0, 0.0)]
    public void At_the_rails_and_above_the_supply_there_is_no_resistance(int counts, double? ohms, double? volts)
    {
        var (converter, chip, board) = Make();
        Array.Fill(converter.Inputs, (ushort)counts);
        board.Refresh();

        var entries = Measure(chip);

        Assert.Equal(ohms, entries[0][SensorsSection.OxidisingOhms]);
        Assert.Equal(volts is null, entries[1][SensorsSection.Volts] is null);
        Assert.Equal(volts ?? 0, entries[1][SensorsSection.Volts] ?? 0, 1e-9);
    }

    [Fact]
    public void A_converter_without_the_other_chips_is_not_read_and_nothing_is_heated()
    {
        _light[0x87] = 0;
        var (converter, chip, board) = Make();
        board.Refresh();

        Assert.True(chip.Identify().IsKnown);
        Assert.Equal(BusOutcome.NoAnswer, chip.Start());
        Assert.Equal(0, converter.Writes);
        Assert.False(_heater.IsOutput);
        Assert.False(board.IsPresent);

        // It is looked for again after a while: a chip may have been late.
        _light[0x87] = 0x05;
        board.Refresh();
        Assert.False(board.IsPresent);
        _time.Advance(ChipModel.ProbePeriod);
        board.Refresh();
        Assert.True(board.HasGas);
    }

    [Theory]
    [InlineData(1, 0x0583)]
    [InlineData(1, 0x8480)]
    [InlineData(2, 0x4B00)]
    [InlineData(3, 0x5000)]
    public void A_different_chip_or_one_in_other_use_is_rejected(int register, int value)
    {
        var (converter, chip, _) = Make();
        converter.Registers[register] = (ushort)value;

        // While it converts it is the same chip.
        Assert.Equal(register == 1 && value == 0x0583, chip.Identify().IsKnown);
        Assert.Equal(0, converter.Writes);
    }

    [Fact]
    public void The_heater_stays_on_and_goes_off_in_the_end()
    {
        var (_, _, board) = Make();
        board.Refresh();
        Assert.True(_heater.IsHigh);

        // The driver was removed; the line is requested again at the next attempt.
        _heater.IsHigh = false;
        board.Refresh();
        Assert.True(_heater.IsHigh);

        board.Dispose();
        Assert.False(_heater.IsHigh);
        Assert.False(_heater.IsOutput);
    }

    [Theory]
    [InlineData(DeviceOutcome.NotPermitted, false)]
    [InlineData(DeviceOutcome.Absent, false)]
    [InlineData(DeviceOutcome.Failed, false)]
    [InlineData(DeviceOutcome.Busy, true)]
    public void A_sensor_that_is_not_heated_has_no_gas_and_one_that_another_program_heats_has(object outcome, bool hasGas)
    {
        var (_, chip, board) = Make();
        _heater.Outcome = (DeviceOutcome)outcome;
        board.Refresh();

        var entries = Measure(chip);

        Assert.Equal(hasGas, board.HasGas);
        Assert.Equal(hasGas, entries[0][SensorsSection.OxidisingOhms] is not null);
        Assert.NotNull(entries[1][SensorsSection.Volts]);
    }

    [Fact]
    public void Chips_that_the_kernel_has_are_not_asked()
    {
        Bind("1-0076", "bme280");
        Bind("1-0023", "ltr559");
        var (_, _, board) = Make();

        board.Refresh();

        Assert.True(board.IsPresent);
        Assert.Equal((0, 0), (_climate.Transfers, _light.Transfers));
    }

    [Fact]
    public void It_may_vanish_at_every_transfer()
    {
        var hasMeasured = false;
        for (var last = 0; !hasMeasured; last++)
        {
            Assert.True(last < TransfersMax);
            var (converter, chip, board) = Make();
            board.Refresh();
            var start = converter.Transfers;
            converter.Fault = transfer => transfer - start >= last ? BusOutcome.NoAnswer : BusOutcome.Ok;

            var outcome = chip.Identify().Outcome;
            outcome = outcome == BusOutcome.Ok ? chip.Start() : outcome;
            outcome = outcome == BusOutcome.Ok ? chip.Measure(SensorVectors.Entry()) : outcome;
            hasMeasured = outcome == BusOutcome.Ok;
            Assert.Equal(hasMeasured ? BusOutcome.Ok : BusOutcome.NoAnswer, outcome);
        }
    }

    [Fact]
    public void A_conversion_that_another_program_has_begun_is_not_taken_for_ours()
    {
        var (converter, _, board) = Make();
        board.Refresh();
        var hasComeBetween = false;
        var chip = new Ads1015(
            converter,
            time =>
            {
                if (hasComeBetween)
                {
                    converter.Write([1, 0xF1, 0x83]);
                }

                converter.Wait(time);
            },
            board);
        chip.Start();
        hasComeBetween = true;
        var entry = SensorVectors.Entry();

        Assert.Equal(BusOutcome.Failed, chip.Measure(entry));
        Assert.False(entry.HasNumber);
    }

    [Fact]
    public void A_conversion_that_never_ends_counts_as_failed()
    {
        var (converter, _, board) = Make();
        board.Refresh();

        Assert.Equal(BusOutcome.Failed, new Ads1015(converter, static _ => { }, board).Start());
    }

    [Fact]
    public void Measuring_allocates_nothing()
    {
        var (_, chip, board) = Make();
        board.Refresh();
        chip.Start();
        var entry = SensorVectors.Entry();
        Measure();

        var before = GC.GetAllocatedBytesForCurrentThread();
        var measured = 0;
        for (var round = 0; round < 100; round++)
        {
            measured += Measure();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(100, measured);

        int Measure()
        {
            board.Refresh();
            entry.Clear();
            entry.Begin(chip.Name);
            return chip.Measure(entry) == BusOutcome.Ok && entry.HasNumber ? 1 : 0;
        }
    }

    private static SectionReading Measure(Ads1015 chip)
    {
        var section = SensorVectors.Entry(chip.Name);
        Assert.True(chip.Identify().IsKnown);
        Assert.Equal(BusOutcome.Ok, chip.Start());
        Assert.Equal(BusOutcome.Ok, chip.Measure(section));
        return section.Build()!;
    }

    private (SimulatedAds1015 Converter, Ads1015 Chip, EnviroPlus Board) Make(bool isAds1115 = false)
    {
        var roots = new KernelRoots { Sys = _folder.Path };
        var converter = new SimulatedAds1015(isAds1115);
        var board = new EnviroPlus(
            "1-0049",
            [
                new(new Ads1015(converter, converter.Wait, null), new(roots, 1, 0x49), Ads1015.Model, Ads1015.Ads1115Model),
                new(new Bme280(_climate, _climate.Wait), new(roots, 1, 0x76), Bme280.Model),
                new(new Ltr559(_light, _light.Wait), new(roots, 1, 0x23), Ltr559.Model),
            ],
            _heater,
            _time,
            NullLogger.Instance);
        return (converter, new Ads1015(converter, converter.Wait, board), board);
    }

    private void Bind(string place, string chip)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, $"bus/i2c/devices/{place}/driver"));
        File.WriteAllText(Path.Combine(_folder.Path, $"bus/i2c/devices/{place}/name"), chip + "\n");
    }
}
