using NodeTelemetry.Agent.Doctor;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Doctor;

public sealed class FirmwareConfigTests
{
    private const string Pi4 = "Raspberry Pi 4 Model B Rev 1.4";

    [Theory]
    [InlineData("dtparam=i2c_arm=on", "i2c_arm", true)]
    [InlineData("dtparam=spi=on,i2c_arm", "i2c_arm", true)]
    [InlineData("  dtparam = i2c_arm = on ", "i2c_arm", true)]
    [InlineData("#dtparam=i2c_arm=on", "i2c_arm", false)]
    [InlineData("dtparam=i2c_arm=on\ndtparam=i2c_arm=off", "i2c_arm", false)]
    [InlineData("dtparam=i2c_arm_baudrate=400000", "i2c_arm", false)]
    [InlineData("enable_uart=1", "enable_uart", true)]
    [InlineData("enable_uart=0", "enable_uart", false)]
    [InlineData("=\n[\n]\ndtparam=\ndtparam==,,=on\ndtoverlay=\n[]", "", true)]
    public void The_last_line_about_a_parameter_wins(string text, string name, bool isOn) =>
        Assert.Equal(isOn, Parse(text, Pi4).IsOn(name));

    [Theory]
    [InlineData("[pi4]", Pi4, true)]
    [InlineData("[pi5]", Pi4, false)]
    [InlineData("[pi5]\n[all]", Pi4, true)]
    [InlineData("[none]", Pi4, false)]
    [InlineData("[pi4]", "Raspberry Pi Compute Module 4 Rev 1.0", true)]
    [InlineData("[cm4]", Pi4, false)]
    [InlineData("[pi3]", "Raspberry Pi 3 Model B Plus Rev 1.3", true)]
    [InlineData("[pi3+]", "Raspberry Pi 3 Model B Rev 1.2", false)]
    [InlineData("[pi0]", "Raspberry Pi Zero 2 W Rev 1.0", true)]
    [InlineData("[pi02]", "Raspberry Pi Zero W Rev 1.1", false)]
    [InlineData("[EDID=VSC-TD2220]", Pi4, true)]
    public void A_filter_by_the_model_counts(string filter, string model, bool isOn) =>
        Assert.Equal(isOn, Parse(filter + "\ndtparam=spi=on", model).IsOn("spi"));

    [Theory]
    [InlineData("dtoverlay=spi0-2cs,no_miso", "no_miso", true)]
    [InlineData("dtoverlay=spi0-2cs", "no_miso", false)]
    [InlineData("dtoverlay=spi0-2cs", null, true)]
    [InlineData("dtoverlay=spi0-2cs:no_miso", "no_miso", true)]
    [InlineData("dtoverlay=spi0-1cs,no_miso", "no_miso", false)]
    public void An_overlay_has_parameters(string text, string? parameter, bool isThere) =>
        Assert.Equal(isThere, Parse(text, Pi4).HasOverlay("spi0-2cs", parameter));

    private static FirmwareConfig Parse(string text, string model) => new(text.Split('\n'), model);
}
