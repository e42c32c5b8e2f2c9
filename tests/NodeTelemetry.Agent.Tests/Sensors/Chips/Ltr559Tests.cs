using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors.Chips;

/// <summary>LTR559, by worked examples and a register file.</summary>
public sealed class Ltr559Tests
{
    [Fact]
    public void A_chip_is_set_up_and_measured()
    {
        var device = SimulatedChips.Ltr559();
        var chip = new Ltr559(device, device.Wait);

        var entry = chip.StartAndMeasure();

        Assert.Equal(((1.7743 * 12_000) + (1.1059 * 3000)) / 4, entry[SensorsSection.Lux]!.Value, 1e-6);
        Assert.Equal((0x09, 0), (device[0x80], device[0x81]));
        Assert.Null(entry[SensorsSection.Proximity]);
        Assert.Equal(ChipModel.DefaultPeriod, ((IChipDriver)chip).Period);
    }

    [Fact]
    public void The_integration_time_is_read_from_the_chip()
    {
        var device = SimulatedChips.Ltr559(600, 200);
        var chip = new Ltr559(device, device.Wait);
        chip.StartAndMeasure();

        // The vendor's library: gain 4, 50 ms.
        (device[0x80], device[0x85]) = (0x09, 0x08);
        device.Wait(TimeSpan.Zero);
        var entry = SensorVectors.Entry();

        Assert.Equal(BusOutcome.Ok, chip.Measure(entry));
        Assert.Equal(642.88, entry.Values()[SensorsSection.Lux]!.Value, 1e-6);
    }

    [Fact]
    public void The_gain_follows_the_light_and_the_sample_after_it_is_waited_for()
    {
        var device = SimulatedChips.Ltr559(both: 500, infrared: 100);
        var waits = 0;
        var chip = new Ltr559(device, time => { waits++; device.Wait(time); });
        chip.StartAndMeasure();

        Assert.Equal(0x0D, device[0x80]);
        waits = 0;
        var entry = SensorVectors.Entry();
        chip.Measure(entry);
        Assert.Equal(1, waits);
        Assert.Equal(((1.7743 * 500) + (1.1059 * 100)) / 8, entry.Values()[SensorsSection.Lux]!.Value, 1e-6);
    }

    [Fact]
    public void Too_much_light_is_no_number_and_takes_the_gain_down()
    {
        var device = SimulatedChips.Ltr559(both: 65_535, infrared: 65_535);

        var entry = new Ltr559(device, device.Wait).StartAndMeasure();

        Assert.Null(entry[SensorsSection.Lux]);
        Assert.Equal(0x01, device[0x80]);
    }

    [Fact]
    public void A_sample_that_is_not_valid_yet_is_none()
    {
        var device = SimulatedChips.Ltr559();
        var chip = new Ltr559(device, device.Wait);
        chip.StartAndMeasure();
        device.Wait(TimeSpan.Zero);
        device[0x8C] |= 0x80;
        var entry = SensorVectors.Entry();

        Assert.Equal(BusOutcome.Ok, chip.Measure(entry));
        Assert.Null(entry.Values()[SensorsSection.Lux]);
    }

    [Fact]
    public void Proximity_is_measured_on_demand_and_often()
    {
        var device = SimulatedChips.Ltr559(proximity: 291);
        var chip = new Ltr559(device, device.Wait) { MeasuresProximity = true };

        var entry = chip.StartAndMeasure();

        Assert.Equal(291, entry[SensorsSection.Proximity]);
        Assert.NotNull(entry[SensorsSection.Lux]);
        Assert.Equal((0x23, 0x1B, 1, 2), (device[0x81], device[0x82], device[0x83], device[0x84]));
        Assert.Equal(TimeSpan.FromSeconds(1), chip.Period);
    }

    [Theory]
    [InlineData(0x00F0, 240)]
    [InlineData(0x07FF, 2047)]
    [InlineData(0x78F0, 240)]
    [InlineData(0x8123, null)]
    public void Proximity_has_eleven_bits_and_none_when_saturated(int registers, int? expected)
    {
        var device = SimulatedChips.Ltr559(proximity: (ushort)registers);

        var entry = new Ltr559(device, device.Wait) { MeasuresProximity = true }.StartAndMeasure();

        Assert.Equal(expected, entry[SensorsSection.Proximity]);
    }

    [Fact]
    public void Another_maker_s_chip_is_left_alone()
    {
        var device = SimulatedChips.Ltr559();
        device[0x87] = 0x06;

        Assert.Equal(0x06, new Ltr559(device, device.Wait).Identify().Other);
    }
}
