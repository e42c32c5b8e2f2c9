using NodeTelemetry.Agent.Devices;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Devices;

/// <summary>Lines of the header: found by the chip's label, driven, read, busy, forbidden, gone.</summary>
public sealed class GpioLineTests : IDisposable
{
    private const string Chip = "gpiochip7";

    private readonly TempFolder _folder = new();
    private readonly SimulatedGpio _gpio = new();
    private readonly GpioLine _line;

    public GpioLineTests()
    {
        AddChip("gpiochip0", "raspberrypi-exp-gpio");
        _line = new GpioLine(_gpio, _folder.Path, 22);
    }

    public void Dispose()
    {
        _line.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("pinctrl-bcm2835")]
    [InlineData("pinctrl-bcm2711")]
    [InlineData("pinctrl-rp1")]
    public void A_line_is_that_of_the_header_and_driven_from_the_beginning(string label)
    {
        AddChip(Chip, label);

        Assert.Equal(DeviceOutcome.Ok, _line.Write(true));

        Assert.Equal("GPIO22", _line.Name);
        Assert.True(_gpio.Levels[(Chip, 22)]);
        Assert.Equal("nodetelemetry", _gpio.Holders[(Chip, 22)]);
        Assert.Equal(1, _gpio.OpenCount);

        Assert.Equal(DeviceOutcome.Ok, _line.Write(false));
        Assert.False(_gpio.Levels[(Chip, 22)]);
        Assert.Equal(DeviceOutcome.Ok, _line.Read(out var isHigh));
        Assert.False(isHigh);
        Assert.Equal(8u, _gpio.Flags[(Chip, 22)]);
    }

    [Fact]
    public void A_line_that_is_only_read_stays_an_input_until_it_is_driven()
    {
        AddChip(Chip, "pinctrl-bcm2835");
        _gpio.Levels[(Chip, 22)] = true;

        Assert.Equal(DeviceOutcome.Ok, _line.Read(out var isHigh));
        Assert.True(isHigh);
        Assert.Equal(4u, _gpio.Flags[(Chip, 22)]);

        Assert.Equal(DeviceOutcome.Ok, _line.Write(false));
        Assert.Equal(8u, _gpio.Flags[(Chip, 22)]);
        Assert.Equal(1, _gpio.OpenCount);
    }

    [Fact]
    public void A_line_in_use_is_busy_until_it_is_released()
    {
        AddChip(Chip, "pinctrl-bcm2711");
        _gpio.Holders[(Chip, 22)] = "spi0 MISO";

        Assert.Equal(DeviceOutcome.Busy, _line.Write(true));

        _gpio.Holders.Clear();
        Assert.Equal(DeviceOutcome.Ok, _line.Write(true));
    }

    [Fact]
    public void A_chip_that_may_not_be_opened_is_not_permitted()
    {
        AddChip(Chip, "pinctrl-rp1");
        _gpio.Forbidden.Add(Chip);
        _gpio.Forbidden.Add("gpiochip0");

        Assert.Equal(DeviceOutcome.NotPermitted, _line.Write(true));
    }

    [Fact]
    public void A_machine_without_a_header_has_no_lines()
    {
        Assert.Equal(DeviceOutcome.Absent, _line.Read(out _));
        Assert.Equal(DeviceOutcome.Absent, new GpioLine(_gpio, "/nonexistent", 4).Write(true));
        Assert.Equal(0, _gpio.OpenCount);
    }

    [Fact]
    public void A_line_is_requested_again_after_its_driver_was_removed()
    {
        AddChip(Chip, "pinctrl-bcm2835");
        _line.Write(true);
        _gpio.Unplug();

        Assert.Equal(DeviceOutcome.Absent, _line.Write(true));
        Assert.Equal(0, _gpio.OpenCount);

        _gpio.Holders.Clear();
        Assert.Equal(DeviceOutcome.Ok, _line.Write(true));
    }

    [Fact]
    public void A_line_that_is_let_go_is_nobodys()
    {
        AddChip(Chip, "pinctrl-bcm2835");
        _line.Write(true);

        _line.Dispose();

        Assert.Empty(_gpio.Holders);
        Assert.Equal(0, _gpio.OpenCount);
    }

    /// <summary>The layout is that of a C program that was compiled with linux/gpio.h.</summary>
    [Fact]
    public void A_request_is_the_kernels_structure_byte_for_byte()
    {
        var request = new byte[GpioChip.LineRequestBytes];
        GpioChip.WriteLineRequest(request, 27, isOutput: true, isHigh: true);

        var expected = new byte[592];
        expected[0] = 27;
        "nodetelemetry"u8.CopyTo(expected.AsSpan(256));
        expected[288] = 8;
        expected[296] = 1;
        expected[320] = 2;
        expected[328] = 1;
        expected[336] = 1;
        expected[560] = 1;
        Assert.Equal(expected, request);

        GpioChip.WriteLineRequest(request, 27, isOutput: false, isHigh: false);
        expected[288] = 4;
        expected[296] = expected[320] = expected[328] = expected[336] = 0;
        Assert.Equal(expected, request);
    }

    [Fact]
    public void Driving_and_reading_allocate_nothing()
    {
        AddChip(Chip, "pinctrl-bcm2835");

        Allocation.AssertNone(() => _line.Write(true));
        Allocation.AssertNone(() => _line.Read(out _));
    }

    private void AddChip(string name, string label)
    {
        File.WriteAllText(Path.Combine(_folder.Path, name), string.Empty);
        _gpio.Labels[name] = label;
    }
}
