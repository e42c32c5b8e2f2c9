using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors.Chips;

/// <summary>The Sense HAT's chips, by worked examples and register files.</summary>
public sealed class SenseHatTests
{
    [Fact]
    public void Hts221_reads_humidity_and_temperature_from_its_two_lines()
    {
        var device = SimulatedChips.Hts221();

        var entry = new Hts221(device, device.Wait).StartAndMeasure();

        Assert.Equal(24.49793, entry[SensorsSection.TemperatureCelsius]!.Value, 1e-5);
        Assert.Equal(0.4499979, entry[SensorsSection.HumidityRatio]!.Value, 1e-7);
        Assert.Equal((0x1B, 0x85), (device[0x10], device[0x20]));
    }

    [Fact]
    public void Hts221_without_calibration_has_no_values()
    {
        var device = SimulatedChips.Hts221();
        device.Load(0x30, new string('0', 32));

        var entry = new Hts221(device, device.Wait).StartAndMeasure();

        Assert.Null(entry[SensorsSection.TemperatureCelsius]);
        Assert.Null(entry[SensorsSection.HumidityRatio]);
    }

    [Fact]
    public void Lps25h_reads_pressure_and_temperature()
    {
        var device = SimulatedChips.Lps25h();

        var entry = new Lps25h(device, device.Wait).StartAndMeasure();

        Assert.Equal(101_325, entry[SensorsSection.PressurePascals]!.Value, 1e-6);
        Assert.Equal(25, entry[SensorsSection.TemperatureCelsius]!.Value, 1e-9);
        Assert.Equal((0x05, 0x94), (device[0x10], device[0x20]));
    }

    [Fact]
    public void Lsm9ds1_reads_acceleration_and_temperature_and_in_an_entry_of_its_own_rotation()
    {
        var device = SimulatedChips.Motion();
        var chip = new Lsm9ds1Motion(device, device.Wait);
        var section = SensorVectors.Entry();
        Assert.True(chip.Identify().IsKnown);
        Assert.Equal(BusOutcome.Ok, chip.Start());
        Assert.Equal(BusOutcome.Ok, chip.Measure(section));
        var entries = section.Build()!;

        Assert.Equal(31.5, entries[0][SensorsSection.TemperatureCelsius]);
        Assert.Equal((0, 0), (entries[0][SensorsSection.AccelerationX], entries[0][SensorsSection.AccelerationY]));
        Assert.Equal(9.80638, entries[0][SensorsSection.AccelerationZ]!.Value, 1e-5);
        Assert.Equal(("lsm9ds1_gyro", "LSM9DS1"), (entries[1].Name, entries[1].Text(SensorsSection.Chip)));
        Assert.Equal(1.745395, entries[1][SensorsSection.RotationX]!.Value, 1e-6);
        Assert.Equal(0, entries[1][SensorsSection.RotationY]);
        Assert.Equal(-1.745395, entries[1][SensorsSection.RotationZ]!.Value, 1e-6);
    }

    [Theory]
    [InlineData(0, 0.061)]
    [InlineData(1, 0.732)]
    [InlineData(2, 0.122)]
    [InlineData(3, 0.244)]
    public void Lsm9ds1_has_the_range_of_acceleration_that_it_is_set_to(int code, double milligravities)
    {
        var entry = SensorVectors.Entry();

        Lsm9ds1Motion.SetAcceleration([0xE8, 0x03, 0xFF, 0x7F, 0, 0x80], (byte)(0x60 | (code << 3)), entry);

        Assert.Equal(milligravities * 9.80665, entry.Values()[SensorsSection.AccelerationX]!.Value, 1e-9);
        Assert.Null(entry.Values()[SensorsSection.AccelerationY]);
        Assert.Null(entry.Values()[SensorsSection.AccelerationZ]);
    }

    [Theory]
    [InlineData(0, 8.75)]
    [InlineData(1, 17.5)]
    [InlineData(2, null)]
    [InlineData(3, 70.0)]
    public void Lsm9ds1_has_the_range_of_rotation_that_it_is_set_to(int code, double? millidegrees)
    {
        var entry = SensorVectors.Entry();

        Lsm9ds1Motion.SetRotation([0xE8, 0x03, 0, 0, 0, 0], (byte)(0x60 | (code << 3)), entry);

        var expected = millidegrees * Math.PI / 180;
        Assert.Equal(expected is null, entry.Values()[SensorsSection.RotationX] is null);
        Assert.Equal(expected ?? 0, entry.Values()[SensorsSection.RotationX] ?? 0, 1e-12);
    }

    [Theory]
    [InlineData(0, 0.14)]
    [InlineData(1, 0.29)]
    [InlineData(2, 0.43)]
    [InlineData(3, 0.58)]
    public void Lsm9ds1_has_the_range_of_the_field_that_it_is_set_to(int code, double milligauss)
    {
        var entry = SensorVectors.Entry();

        Lsm9ds1Magnetometer.Convert([0xE8, 0x03, 0xFF, 0x7F, 0, 0x80], (byte)(code << 5), entry);

        Assert.Equal(milligauss * 1e-4, entry.Values()[SensorsSection.MagneticX]!.Value, 1e-12);
        Assert.Null(entry.Values()[SensorsSection.MagneticY]);
        Assert.Null(entry.Values()[SensorsSection.MagneticZ]);
    }

    [Fact]
    public void Lsm9ds1_reads_the_magnetic_field_in_tesla()
    {
        var device = SimulatedChips.Magnetometer();

        var entry = new Lsm9ds1Magnetometer(device, device.Wait).StartAndMeasure();

        Assert.Equal(49.994e-6, entry[SensorsSection.MagneticX]!.Value, 1e-12);
        Assert.Equal(-49.994e-6, entry[SensorsSection.MagneticY]!.Value, 1e-12);
        Assert.Equal(0, entry[SensorsSection.MagneticZ]);
    }

    [Theory]
    [InlineData(0x90, "tcs3400", 16, 0.178)]
    [InlineData(0x93, "tcs3400", 16, 0.178)]
    [InlineData(0x44, "tcs3472", 16, 0.1536)]
    [InlineData(0x4D, "tcs3472", 16, 0.1536)]
    public void Tcs3400_and_tcs3472_read_colours(byte id, string name, double gain, double seconds)
    {
        var device = SimulatedChips.Tcs(id);
        var chip = new Tcs3400(device, device.Wait);

        var entry = chip.StartAndMeasure();

        Assert.Equal(name, chip.Name);
        Assert.Equal(
            (10_000, 3000, 4000, 2500),
            (entry[SensorsSection.ClearCounts], entry[SensorsSection.RedCounts], entry[SensorsSection.GreenCounts],
                entry[SensorsSection.BlueCounts]));
        Assert.Equal(gain, entry[SensorsSection.LightGain]);
        Assert.Equal(seconds, entry[SensorsSection.IntegrationSeconds]!.Value, 1e-4);
        Assert.Equal((3, 0xC0, 2), (device[0x80], device[0x81], device[0x8F]));
    }

    [Theory]
    [InlineData(0x90, 3, 64)]
    [InlineData(0x44, 3, 60)]
    [InlineData(0x44, 1, 4)]
    [InlineData(0x90, 0, 1)]
    public void Tcs3400_uses_the_gain_that_is_set_in_the_chip(byte id, byte control, double gain)
    {
        var device = SimulatedChips.Tcs(id);
        var chip = new Tcs3400(device, device.Wait);
        chip.StartAndMeasure();
        device[0x8F] = control;
        var entry = SensorVectors.Entry();

        Assert.Equal(BusOutcome.Ok, chip.Measure(entry));
        Assert.Equal(gain, entry.Values()[SensorsSection.LightGain]);
    }

    [Theory]
    [InlineData("FF FF 00 10 00 10 00 10", 1)]
    [InlineData("00 F0 00 10 00 10 00 10", 1)]
    [InlineData("10 27 B8 0B A0 0F C4 09", 2)]
    [InlineData("00 01 80 00 40 00 40 00", 3)]
    public void Tcs3400_s_gain_follows_the_light(string data, byte control)
    {
        var device = SimulatedChips.Tcs(data: data);

        var entry = new Tcs3400(device, device.Wait).StartAndMeasure();

        Assert.Equal(control, device[0x8F]);
        Assert.Equal(data.StartsWith("FF FF", StringComparison.Ordinal), entry[SensorsSection.ClearCounts] is null);
        Assert.Equal(entry[SensorsSection.ClearCounts] is null, entry[SensorsSection.LightGain] is null);
    }
}
