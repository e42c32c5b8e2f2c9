using NodeTelemetry.Agent.Sensors;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors;

/// <summary>BME280 and BMP280, by the datasheet's example, recorded devices and a register file.</summary>
public sealed class Bme280Tests
{
    private readonly List<TimeSpan> _waits = [];

    public static TheoryData<string> Names =>
        [.. SensorVectors.Of("bme280").Select(vector => vector.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Raw_values_become_what_the_example_says(string name)
    {
        var vector = SensorVectors.Of("bme280").Single(item => item.GetProperty("name").GetString() == name);
        var expected = vector.GetProperty("dbl_C_Pa_RH").EnumerateArray().Select(item => item.GetDouble()).ToList();
        var entry = SensorVectors.Entry();

        Bme280.Compensate(
            vector.Bytes("rF7_FE"), new Bme280Calibration(vector.Bytes("r88_A1"), vector.Bytes("rE1_E7")), entry);

        var values = entry.Values();
        Assert.Equal(expected[0], values[SensorsSection.TemperatureCelsius]!.Value, 1e-7);
        Assert.Equal(expected[1], values[SensorsSection.PressurePascals]!.Value, 1e-5);
        Assert.Equal(expected[2] / 100, values[SensorsSection.HumidityRatio]!.Value, 1e-10);
    }

    [Fact]
    public void Words_of_twelve_bits_keep_their_sign()
    {
        var calibration = new Bme280Calibration(
            new byte[Bme280Calibration.FirstLength], Convert.FromHexString("6E0100FF5DFEE2"));

        Assert.Equal((366, 0, -3, -27, -30), (calibration.H2, calibration.H3, calibration.H4, calibration.H5, calibration.H6));
    }

    [Fact]
    public void A_chip_is_set_up_and_measured()
    {
        var device = Chip("C", 0x60);
        var chip = new Bme280(device, _waits.Add);
        var entry = SensorVectors.Entry();

        Assert.Equal(BusOutcome.Ok, chip.Start());
        Assert.Equal(BusOutcome.Ok, chip.Measure(entry));

        Assert.Equal("bme280", chip.Name);
        Assert.Equal((1, 0x25, 0), (device[0xF2], device[0xF4], device[0xF5]));
        Assert.Equal(23.722, entry.Values()[SensorsSection.TemperatureCelsius]!.Value, 1e-3);
        Assert.Equal(0.65306, entry.Values()[SensorsSection.HumidityRatio]!.Value, 1e-5);
        Assert.Contains(TimeSpan.FromMilliseconds(10), _waits);
    }

    [Fact]
    public void A_bmp280_has_no_humidity()
    {
        var chip = new Bme280(Chip("C", 0x58), _waits.Add);
        var entry = SensorVectors.Entry();

        Assert.Equal(BusOutcome.Ok, chip.Start());
        Assert.Equal(BusOutcome.Ok, chip.Measure(entry));

        Assert.Equal("bmp280", chip.Name);
        Assert.NotNull(entry.Values()[SensorsSection.PressurePascals]);
        Assert.Null(entry.Values()[SensorsSection.HumidityRatio]);
    }

    [Fact]
    public void What_was_not_measured_is_absent_and_not_a_fine_day()
    {
        var vector = SensorVectors.Of("bme280").Single(item => item.GetProperty("name").GetString() == "C");
        var calibration = new Bme280Calibration(vector.Bytes("r88_A1"), vector.Bytes("rE1_E7"));
        var entry = SensorVectors.Entry();

        Bme280.Compensate(Convert.FromHexString("8000008000008000"), calibration, entry);

        Assert.Null(entry.Values()[SensorsSection.TemperatureCelsius]);
        Assert.Null(entry.Values()[SensorsSection.PressurePascals]);
        Assert.Null(entry.Values()[SensorsSection.HumidityRatio]);
    }

    [Fact]
    public void Another_chip_at_the_address_is_left_alone()
    {
        var device = Chip("C", 0x61);
        var wasWritten = false;
        device.Written = (_, _) => wasWritten = true;

        Assert.Equal(BusOutcome.NoAnswer, new Bme280(device, _waits.Add).Start());
        Assert.False(wasWritten);
    }

    [Fact]
    public void A_chip_that_stays_busy_counts_as_failed()
    {
        var device = Chip("C", 0x60);
        var chip = new Bme280(device, _waits.Add);
        chip.Start();
        device[0xF3] = 8;

        Assert.Equal(BusOutcome.Failed, chip.Measure(SensorVectors.Entry()));
    }

    [Fact]
    public void A_chip_may_vanish_at_every_transfer()
    {
        for (var last = 0; last < 8; last++)
        {
            var device = Chip("C", 0x60);
            device.Fault = transfer => transfer >= last ? BusOutcome.NoAnswer : BusOutcome.Ok;
            var chip = new Bme280(device, _waits.Add);

            var outcome = chip.Start();
            outcome = outcome == BusOutcome.Ok ? chip.Measure(SensorVectors.Entry()) : outcome;

            Assert.Equal(BusOutcome.NoAnswer, outcome);
        }
    }

    private static SimulatedI2cDevice Chip(string name, byte id)
    {
        var vector = SensorVectors.Of("bme280").Single(item => item.GetProperty("name").GetString() == name);
        var device = new SimulatedI2cDevice();
        device.Load(0x88, vector.GetProperty("r88_A1").GetString()!);
        device.Load(0xE1, vector.GetProperty("rE1_E7").GetString()!);
        device.Load(0xF7, vector.GetProperty("rF7_FE").GetString()!);
        device[0xD0] = id;
        return device;
    }
}
