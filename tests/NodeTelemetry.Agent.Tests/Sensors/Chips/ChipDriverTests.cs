using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors.Chips;

/// <summary>What holds for every chip that is read over I2C.</summary>
public sealed class ChipDriverTests
{
    /// <summary>Longer than any chip's start and measurement.</summary>
    private const int TransfersMax = 64;

    private static readonly Dictionary<string, Func<(SimulatedI2cDevice Device, IChipDriver Chip)>> Chips = new()
    {
        ["BME280"] = static () => Make(SimulatedChips.Bme280(), static device => new Bme280(device, device.Wait)),
        ["BMP280"] = static () => Make(SimulatedChips.Bme280(id: 0x58), static device => new Bme280(device, device.Wait)),
        ["LTR559"] = static () => Make(SimulatedChips.Ltr559(), static device => new Ltr559(device, device.Wait)),
        ["LTR559 with proximity"] = static () => Make(
            SimulatedChips.Ltr559(), static device => new Ltr559(device, device.Wait) { MeasuresProximity = true }),
        ["HTS221"] = static () => Make(SimulatedChips.Hts221(), static device => new Hts221(device, device.Wait)),
        ["LPS25H"] = static () => Make(SimulatedChips.Lps25h(), static device => new Lps25h(device, device.Wait)),
        ["LSM9DS1 motion"] = static () => Make(
            SimulatedChips.Motion(), static device => new Lsm9ds1Motion(device, device.Wait)),
        ["LSM9DS1 magnetometer"] = static () => Make(
            SimulatedChips.Magnetometer(), static device => new Lsm9ds1Magnetometer(device, device.Wait)),
        ["TCS3400"] = static () => Make(SimulatedChips.Tcs(), static device => new Tcs3400(device, device.Wait)),
        ["TCS3472"] = static () => Make(SimulatedChips.Tcs(0x44), static device => new Tcs3400(device, device.Wait)),
    };

    public static TheoryData<string> Names => [.. Chips.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_may_vanish_at_every_transfer_and_comes_back(string name)
    {
        foreach (var fault in (BusOutcome[])[BusOutcome.NoAnswer, BusOutcome.Failed])
        {
            var hasMeasured = false;
            for (var last = 0; !hasMeasured; last++)
            {
                Assert.True(last < TransfersMax);
                var (device, chip) = Chips[name]();
                device.Fault = transfer => transfer >= last ? fault : BusOutcome.Ok;
                var outcome = Run(chip, SensorVectors.Entry());
                hasMeasured = outcome == BusOutcome.Ok;
                Assert.Equal(hasMeasured ? BusOutcome.Ok : fault, outcome);

                device.Fault = null;
                device.PowerCycle();
                var entry = SensorVectors.Entry();
                Assert.Equal(BusOutcome.Ok, Run(chip, entry));
                Assert.True(entry.HasNumber);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Another_chip_at_its_address_is_read_and_never_written(string name)
    {
        for (var id = 0; id <= 0xFF; id++)
        {
            var (device, chip) = Chips[name]();
            for (var register = 0; register <= 0xFF; register++)
            {
                device[(byte)register] = (byte)id;
            }

            device.Written = static (_, _) => Assert.Fail("A chip that is not known was written to.");
            if (chip.Identify() is { IsKnown: false } identity)
            {
                Assert.Equal(new ChipIdentity(BusOutcome.Ok, id), identity);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void After_a_moment_without_power_there_are_right_values_or_none(string name)
    {
        var (device, chip) = Chips[name]();
        var before = chip.StartAndMeasure();
        device.PowerCycle();
        var entry = SensorVectors.Entry();

        // Chips that measure on demand are not affected; the others report that they need a new setup.
        if (chip.Measure(entry) == BusOutcome.Failed)
        {
            Assert.False(entry.HasNumber);
            entry = SensorVectors.Entry();
            Assert.Equal(BusOutcome.Ok, Run(chip, entry));
        }

        Assert.Equal(Numbers(before), Numbers(entry.Values()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Measuring_allocates_nothing(string name)
    {
        var (_, chip) = Chips[name]();
        chip.StartAndMeasure();
        var entry = SensorVectors.Entry();
        for (var warmUp = 0; warmUp < 3; warmUp++)
        {
            Measure();
        }

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
            entry.Clear();
            entry.Begin(chip.Name);
            return chip.Measure(entry) == BusOutcome.Ok && entry.HasNumber ? 1 : 0;
        }
    }

    [Theory]
    [InlineData(false, 10)]
    [InlineData(true, 1)]
    public void A_light_sensor_that_looks_for_a_hand_does_so_every_second(bool measuresProximity, int seconds)
    {
        var setup = new ChipSetup(static _ => { }, measuresProximity);
        foreach (var (address, create) in ChipModels.Addresses)
        {
            var isLight = Ltr559.Model.Addresses.Contains(address);
            Assert.Equal(
                isLight ? TimeSpan.FromSeconds(seconds) : ChipModel.DefaultPeriod,
                create(SimulatedChips.Ltr559(), setup).Period);
        }
    }

    private static (SimulatedI2cDevice Device, IChipDriver Chip) Make(
        SimulatedI2cDevice device, Func<SimulatedI2cDevice, IChipDriver> make) => (device, make(device));

    private static BusOutcome Run(IChipDriver chip, SectionBuilder entry)
    {
        var identity = chip.Identify();
        var outcome = identity.Outcome == BusOutcome.Ok ? chip.Start() : identity.Outcome;
        return outcome == BusOutcome.Ok ? chip.Measure(entry) : outcome;
    }

    private static List<double?> Numbers(SectionEntry entry) =>
        [.. SensorsSection.Definition.Fields.Where(static field => field != SensorsSection.Chip).Select(field => entry[field])];
}
