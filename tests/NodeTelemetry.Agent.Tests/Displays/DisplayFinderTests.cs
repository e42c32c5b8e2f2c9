using NodeTelemetry.Agent.Displays;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Tests.Devices;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Displays;

/// <summary>Which display there is, by what sysfs, the EEPROM and the chips say.</summary>
public sealed class DisplayFinderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_node_with_nothing_has_none()
    {
        Assert.Null(Find("auto", "enviro-plus", out var missing));
        Assert.Null(missing);
    }

    [Fact]
    public void The_matrix_is_found_by_its_drivers_name_whatever_its_number()
    {
        AddFramebuffer("fb0", "vc4drmfb", "1920,1080");
        AddFramebuffer("fb3", "RPi-Sense FB", "8,8");

        var found = Find("auto", "sense-hat", out _);

        Assert.Equal(DisplayModel.SenseHat, found!.Model);
        Assert.Equal(_folder["dev/fb3"], found.Device);
    }

    [Fact]
    public void The_matrix_is_driven_by_I2C_only_if_it_has_no_driver_and_the_EEPROM_names_it()
    {
        _folder.Write("dev/i2c-1", string.Empty);
        Assert.Null(Find("auto", "sense-hat", out _));

        _folder.Write("proc/device-tree/hat/product", "Sense HAT v2\0");
        Assert.Equal(_folder["dev/i2c-1"], Find("auto", "sense-hat", out _)!.Device);

        _folder.Write("sys/bus/i2c/devices/1-0046/driver/uevent", string.Empty);
        Assert.Null(Find("auto", "sense-hat", out _));
    }

    [Fact]
    public void The_LCD_is_believed_in_when_the_chips_of_an_Enviro_have_answered()
    {
        _folder.Write("dev/spidev0.1", string.Empty);

        Assert.Null(Find("auto", "sense-hat", out _));
        Assert.Equal(DisplayModel.Enviro, Find("auto", "enviro-mini", out _)!.Model);
        Assert.Equal(DisplayModel.Enviro, Find("enviro", "no-sensors", out _)!.Model);
    }

    [Fact]
    public void An_LCD_that_the_kernel_drives_goes_before_spidev()
    {
        _folder.Write("dev/spidev0.1", string.Empty);
        AddFramebuffer("fb0", "panel-mipi-dbid", "80,160");

        Assert.Equal(_folder["dev/fb0"], Find("auto", "enviro-plus", out _)!.Device);
    }

    [Fact]
    public void A_hand_is_looked_for_where_there_may_be_an_LCD_that_dims()
    {
        var options = new DisplayOptions();
        Assert.False(DisplayFinder.WantsProximity(options, Roots()));

        _folder.Write("dev/spidev0.1", string.Empty);
        Assert.True(DisplayFinder.WantsProximity(options, Roots()));

        options.Choice = DisplayChoice.SenseHat;
        Assert.False(DisplayFinder.WantsProximity(options, Roots()));
        options.Choice = DisplayChoice.Enviro;
        options.DimAfter = null;
        Assert.False(DisplayFinder.WantsProximity(options, Roots()));
    }

    [Theory]
    [InlineData("enviro", "dtparam=spi=on")]
    [InlineData("sense-hat", "dtoverlay=rpi-sense")]
    public void Of_a_display_that_is_named_it_is_said_what_is_missing(string choice, string line)
    {
        Assert.Null(Find(choice, "enviro-plus", out var missing));

        Assert.Contains(line, missing, StringComparison.Ordinal);
    }

    [Fact]
    public void None_is_looked_for_if_none_is_wanted()
    {
        AddFramebuffer("fb0", "RPi-Sense FB", "8,8");

        Assert.Null(Find("none", "sense-hat", out var missing));
        Assert.Null(missing);
    }

    private DetectedDisplay? Find(string choice, string sample, out string? missing) =>
        new DisplayFinder(
            Enum.Parse<DisplayChoice>(choice.Replace("-", "", StringComparison.Ordinal), ignoreCase: true),
            Roots(),
            new SimulatedFiles()).Find(DisplaySamples.Read(sample), out missing);

    private KernelRoots Roots() => new() { Proc = _folder["proc"], Sys = _folder["sys"], Dev = _folder["dev"] };

    private void AddFramebuffer(string number, string name, string size)
    {
        _folder.Write($"sys/class/graphics/{number}/name", name + "\n");
        _folder.Write($"sys/class/graphics/{number}/virtual_size", size + "\n");
        _folder.Write($"sys/class/graphics/{number}/bits_per_pixel", "16\n");
    }
}
