using System.Globalization;
using NodeTelemetry.Agent.Devices;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Devices;

/// <summary>GPIO lines in the running kernel, if it has the simulated chip of <c>tests/machine</c>:
/// tests must not touch real lines.</summary>
public sealed class KernelGpioTests
{
    private const string Parameters = "/sys/module/gpio_pretend/parameters";

    private readonly LinuxDeviceCalls _calls = new();

    [Fact]
    public void Lines_are_driven_read_held_and_let_go()
    {
        Assert.SkipUnless(Directory.Exists(Parameters), "This kernel has no pretend header: tests/machine/gpio_pretend.c.");
        using var output = new GpioLine(_calls, "/dev", 22);
        using var input = new GpioLine(_calls, "/dev", 27);

        Assert.Equal(DeviceOutcome.Ok, output.Write(true));
        Assert.Equal((1UL << 22, 1UL << 22), (Read("levels"), Read("outputs")));
        Assert.Equal(DeviceOutcome.Ok, output.Write(false));
        Assert.Equal(0UL, Read("levels"));

        File.WriteAllText(Path.Combine(Parameters, "levels"), (1UL << 27).ToString(CultureInfo.InvariantCulture));
        Assert.Equal(DeviceOutcome.Ok, input.Read(out var isHigh));
        Assert.True(isHigh);
        Assert.Equal(DeviceOutcome.Ok, output.Read(out isHigh));
        Assert.False(isHigh);
        Assert.Equal(1UL << 22, Read("outputs"));

        using var second = new GpioLine(_calls, "/dev", 22);
        Assert.Equal(DeviceOutcome.Busy, second.Write(true));
        output.Dispose();
        Assert.Equal(DeviceOutcome.Ok, second.Write(true));
    }

    private static ulong Read(string name) =>
        ulong.Parse(File.ReadAllText(Path.Combine(Parameters, name)), CultureInfo.InvariantCulture);
}
