using NodeTelemetry.Agent.Sensors;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors;

/// <summary>HTS221 and LPS25H, the Sense HAT's weather, by worked examples and a register file.</summary>
public sealed class SenseHatTests
{
    [Fact]
    public void Hts221_reads_humidity_and_temperature_from_its_two_lines()
    {
        foreach (var vector in SensorVectors.Of("hts221"))
        {
            var device = StChip(0xBC).Load(0x30, vector.GetProperty("r30_3F").GetString()!);
            device.Load(0x28, vector.GetProperty("r28_2B").GetString()!);
            var chip = new Hts221(device, static _ => { });
            var entry = SensorVectors.Entry();

            Assert.Equal(BusOutcome.Ok, chip.Start());
            Assert.Equal(BusOutcome.Ok, chip.Measure(entry));

            Assert.Equal(vector.Number("C"), entry.Values()[SensorsSection.TemperatureCelsius]!.Value, 1e-5);
            Assert.Equal(vector.Number("RH") / 100, entry.Values()[SensorsSection.HumidityRatio]!.Value, 1e-7);
            Assert.Equal((0x1B, 0x85), (device[0x10], device[0x20]));
        }
    }

    [Fact]
    public void Hts221_without_calibration_has_no_values()
    {
        var chip = new Hts221(StChip(0xBC), static _ => { });
        var entry = SensorVectors.Entry();
        chip.Start();

        Assert.Equal(BusOutcome.Ok, chip.Measure(entry));
        Assert.Null(entry.Values()[SensorsSection.TemperatureCelsius]);
        Assert.Null(entry.Values()[SensorsSection.HumidityRatio]);
    }

    [Fact]
    public void Lps25h_reads_pressure_and_temperature()
    {
        foreach (var vector in SensorVectors.Of("lps25h"))
        {
            var device = StChip(0xBD).Load(0x28, vector.GetProperty("r28_2C").GetString()!);
            var chip = new Lps25h(device, static _ => { });
            var entry = SensorVectors.Entry();

            Assert.Equal(BusOutcome.Ok, chip.Start());
            Assert.Equal(BusOutcome.Ok, chip.Measure(entry));

            Assert.Equal(vector.Number("hPa") * 100, entry.Values()[SensorsSection.PressurePascals]!.Value, 1e-6);
            Assert.Equal(vector.Number("C"), entry.Values()[SensorsSection.TemperatureCelsius]!.Value, 1e-9);
        }
    }

    [Fact]
    public void Chips_with_another_identity_are_left_alone()
    {
        Assert.Equal(BusOutcome.NoAnswer, new Hts221(StChip(0xB1), static _ => { }).Start());
        Assert.Equal(BusOutcome.NoAnswer, new Lps25h(StChip(0xB1), static _ => { }).Start());
    }

    private static SimulatedI2cDevice StChip(byte id)
    {
        var device = new SimulatedI2cDevice { BurstBit = 0x80 };
        device[0x0F] = id;
        return device;
    }
}
