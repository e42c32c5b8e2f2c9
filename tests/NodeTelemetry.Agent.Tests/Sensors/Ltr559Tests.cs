using NodeTelemetry.Agent.Sensors;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors;

/// <summary>LTR559, by worked examples and a register file.</summary>
public sealed class Ltr559Tests
{
    private readonly List<TimeSpan> _waits = [];

    [Fact]
    public void Counts_become_lux()
    {
        foreach (var vector in SensorVectors.Of("ltr559"))
        {
            var lux = Ltr559.Lux(
                (int)vector.Number("ch0"), (int)vector.Number("ch1"), (int)vector.Number("gain"), vector.Number("int_ms"));

            Assert.Equal(vector.Number("lux"), lux, 1e-4);
        }
    }

    [Fact]
    public void A_chip_is_set_up_and_measured()
    {
        var device = Chip(infrared: 3000, both: 12_000, gainCode: 2);
        var chip = new Ltr559(device, _waits.Add);
        var entry = SensorVectors.Entry();

        Assert.Equal(BusOutcome.Ok, chip.Start());
        Assert.Equal(BusOutcome.Ok, chip.Measure(entry));

        Assert.Equal(((1.7743 * 12_000) + (1.1059 * 3000)) / 4, entry.Values()[SensorsSection.Lux]!.Value, 1e-6);
        Assert.Equal((0x09, 0), (device[0x80], device[0x81]));
        Assert.NotEmpty(_waits);
    }

    [Fact]
    public void The_gain_follows_the_light_and_the_first_sample_after_it_is_waited_for()
    {
        var device = Chip(infrared: 100, both: 500, gainCode: 2);
        var chip = new Ltr559(device, _waits.Add);
        chip.Start();
        chip.Measure(SensorVectors.Entry());

        Assert.Equal(0x0D, device[0x80]);
        _waits.Clear();
        device[0x8C] = 3 << 4;
        chip.Measure(SensorVectors.Entry());
        Assert.Single(_waits);
    }

    [Fact]
    public void Too_much_light_is_no_number_and_takes_the_gain_down()
    {
        var device = Chip(infrared: 65_535, both: 65_535, gainCode: 2);
        var chip = new Ltr559(device, _waits.Add);
        chip.Start();
        var entry = SensorVectors.Entry();

        chip.Measure(entry);

        Assert.Null(entry.Values()[SensorsSection.Lux]);
        Assert.Equal(0x01, device[0x80]);
    }

    [Fact]
    public void A_sample_that_is_not_valid_yet_is_none()
    {
        var device = Chip(infrared: 1, both: 1, gainCode: 2);
        device[0x8C] |= 0x80;
        var chip = new Ltr559(device, _waits.Add);
        chip.Start();
        var entry = SensorVectors.Entry();

        Assert.Equal(BusOutcome.Ok, chip.Measure(entry));
        Assert.Null(entry.Values()[SensorsSection.Lux]);
    }

    [Fact]
    public void Another_chip_at_the_address_is_left_alone()
    {
        var device = Chip(infrared: 1, both: 1, gainCode: 2);
        device[0x87] = 0x06;

        Assert.Equal(BusOutcome.NoAnswer, new Ltr559(device, _waits.Add).Start());
        Assert.Equal(0, device[0x80]);
    }

    private static SimulatedI2cDevice Chip(ushort infrared, ushort both, byte gainCode)
    {
        var device = new SimulatedI2cDevice();
        device[0x86] = 0x92;
        device[0x87] = 0x05;
        (device[0x88], device[0x89]) = ((byte)infrared, (byte)(infrared >> 8));
        (device[0x8A], device[0x8B]) = ((byte)both, (byte)(both >> 8));
        device[0x8C] = (byte)(gainCode << 4);
        return device;
    }
}
