using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors.Chips;

/// <summary>BME280 and BMP280, by the datasheet's example, recorded devices and a register file.</summary>
public sealed class Bme280Tests
{
    private readonly List<TimeSpan> _waits = [];

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
        var device = SimulatedChips.Bme280();
        var chip = new Bme280(device, _waits.Add);

        var entry = chip.StartAndMeasure();

        Assert.Equal("bme280", chip.Name);
        Assert.Equal((1, 0x24, 0), (device[0xF2], device[0xF4], device[0xF5]));
        Assert.Equal(23.722, entry[SensorsSection.TemperatureCelsius]!.Value, 1e-3);
        Assert.Equal(100_943, entry[SensorsSection.PressurePascals]!.Value, 0.1);
        Assert.Equal(0.65306, entry[SensorsSection.HumidityRatio]!.Value, 1e-5);
        Assert.Contains(TimeSpan.FromMilliseconds(10), _waits);
    }

    [Theory]
    [InlineData(0x56)]
    [InlineData(0x57)]
    [InlineData(0x58)]
    public void A_bmp280_has_no_humidity(byte id)
    {
        var chip = new Bme280(SimulatedChips.Bme280(id: id), _waits.Add);

        var entry = chip.StartAndMeasure();

        Assert.Equal(("bmp280", "BMP280"), (chip.Name, chip.PartNumber));
        Assert.NotNull(entry[SensorsSection.PressurePascals]);
        Assert.Null(entry[SensorsSection.HumidityRatio]);
    }

    [Fact]
    public void Negative_words_of_calibration_make_what_the_example_says()
    {
        // Its T3, P5, H5 and H6 are below zero.
        var entry = new Bme280(SimulatedChips.Bme280("F"), _waits.Add).StartAndMeasure();

        Assert.Equal(14.88537033, entry[SensorsSection.TemperatureCelsius]!.Value, 1e-7);
        Assert.Equal(0.33637838838, entry[SensorsSection.HumidityRatio]!.Value, 1e-10);
    }

    [Fact]
    public void What_was_not_measured_is_absent_and_not_a_fine_day()
    {
        var vector = SensorVectors.Of("bme280").Single(item => item.Text("name") == "C");
        var calibration = new Bme280Calibration(vector.Bytes("r88_A1"), vector.Bytes("rE1_E7"));
        var entry = SensorVectors.Entry();

        Bme280.Compensate(Convert.FromHexString("8000008000008000"), calibration, entry);

        Assert.Null(entry.Values()[SensorsSection.TemperatureCelsius]);
        Assert.Null(entry.Values()[SensorsSection.PressurePascals]);
        Assert.Null(entry.Values()[SensorsSection.HumidityRatio]);
    }

    [Fact]
    public void A_chip_that_stays_busy_counts_as_failed()
    {
        var device = SimulatedChips.Bme280();
        var chip = new Bme280(device, _waits.Add);
        chip.StartAndMeasure();
        device.Reading = null;

        Assert.Equal(BusOutcome.Failed, chip.Measure(SensorVectors.Entry()));
    }
}
