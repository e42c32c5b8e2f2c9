using System.Text.Json;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>The native agent on a real <c>/dev/i2c-1</c>, in an emulated machine with simulated chips: the readings are the worked
/// examples of their datasheets.</summary>
public sealed class I2cBusTests
{
    private const string Agent = "/nodetelemetry-agent";

    /// <summary>Set explicitly, because a machine without a network card has none.</summary>
    private const string Options = "--node 0123456789abcdef --i2c-buses 1";

    /// <summary>Commands of the scripts. The agent's errors go to the console.</summary>
    private const string Commands =
        $$"""
        once() { {{Agent}} once {{Options}} 2>/dev/console; }
        doctor() { {{Agent}} doctor {{Options}} 2>/dev/console; }

        """;

    /// <summary>The exit code of doctor on a machine with only the loopback interface.</summary>
    private const int NoListener = 2;

    /// <summary>Without KVM the machine boots in some seconds; a busy one takes many times that.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    /// <summary>BME280 and LTR559 as on an Enviro, the two chips of a Sense HAT with worked examples in their datasheets, and another manufacturer's chip at one
    /// of their addresses, which must not be written to.</summary>
    [Fact]
    public async Task Chips_read_the_values_of_the_datasheets()
    {
        using var machine = await MakeAsync();
        PlugBme280(machine);
        PlugLtr559(machine);
        PlugLps25h(machine);
        var humidity = ExampleChips.Vectors.GetProperty("hts221")[0];
        machine.Plug(0x5F, (0x0F, "BC"), (0xB0, ExampleChips.Text(humidity, "r30_3F")), (0xA7, "03"), (0xA8, ExampleChips.Text(humidity, "r28_2B")));
        machine.Plug(0x77, (0x00, "0102030405"), (0xD0, "55"));

        await RunAsync(
            machine,
            """
            step before registers 77
            step once once
            step doctor doctor
            step after registers 77
            """);

        var sensors = Sensors(machine.Output("once"));
        AssertBme280(sensors, exact: true);
        AssertLtr559(sensors);
        AssertLps25h(sensors);
        AssertClose(humidity.GetProperty("RH").GetDouble() / 100, sensors, "hts221", "h", 0.001);
        AssertClose(humidity.GetProperty("C").GetDouble(), sensors, "hts221", "t", 0.01);
        Assert.Equal(4, sensors.EnumerateObject().Count());
        var page = machine.Output("doctor", NoListener);
        Assert.Contains("On i2c-1: BME280 at 0x76, LTR559 at 0x23, HTS221 at 0x5f, LPS25H at 0x5c.", page, StringComparison.Ordinal);
        Assert.Contains("On i2c-1 at 0x77: not a BME280 (identity 0x55); ignored.", page, StringComparison.Ordinal);
        Assert.Equal(machine.Output("before"), machine.Output("after"));
    }

    /// <summary>An absent chip, one removed during a measurement, and a blocked bus: only their readings are missing.</summary>
    [Fact]
    public async Task An_absent_chip_a_removed_one_and_a_stuck_bus_affect_only_their_own_readings()
    {
        using var machine = await MakeAsync();
        PlugBme280(machine);
        PlugLtr559(machine);

        await RunAsync(
            machine,
            $"""
            set_bus unplugged {0x23}
            step absent once
            set_bus unplugged {0x76}
            set_bus messages_left 14
            step leaving once
            set_bus unplugged -1
            set_bus stuck 1
            step stuck once
            step doctor doctor
            set_bus stuck 0
            step again once
            """);

        var absent = Sensors(machine.Output("absent"));
        AssertBme280(absent, exact: true);
        Assert.False(absent.TryGetProperty("ltr559", out _));
        var leaving = Sensors(machine.Output("leaving"));
        AssertLtr559(leaving);
        Assert.False(leaving.TryGetProperty("bme280", out _));
        var stuck = JsonDocument.Parse(machine.Output("stuck")).RootElement;
        Assert.False(stuck.TryGetProperty("sensors", out _));
        Assert.True(stuck.GetProperty("meminfo").GetProperty("MemTotal").GetInt64() > 0);
        Assert.Contains("Transfers on i2c-1 fail", machine.Output("doctor", NoListener), StringComparison.Ordinal);
        AssertBme280(Sensors(machine.Output("again")), exact: true);
    }

    /// <summary>A chip is removed between two samples of a running agent, and connected again.</summary>
    [Fact]
    public async Task A_chip_that_is_pulled_out_fails_and_comes_back()
    {
        using var machine = await MakeAsync();
        PlugBme280(machine);

        await RunAsync(
            machine,
            $$"""
            {{Agent}} run {{Options}} --interface lo --interval 500ms --metrics-listen 127.0.0.1:9102 &
            metrics() { wget -q -O - http://127.0.0.1:9102/metrics; }
            wait_for() { until metrics | grep -q "$1"; do sleep 1; done; metrics | grep -E 'sampler_success.*i2c|sensor_(temperature|stale)'; }
            step plugged wait_for 'sampler_success.*"i2c".* 1$'
            set_bus unplugged {{0x76}}
            step unplugged wait_for 'sampler_success.*"i2c".* 0$'
            set_bus unplugged -1
            step again wait_for 'sampler_success.*"i2c".* 1$'
            kill %1
            """);

        Assert.Contains("sensor_temperature_celsius", machine.Output("plugged"), StringComparison.Ordinal);
        Assert.Contains("sensor_temperature_celsius", machine.Output("again"), StringComparison.Ordinal);
    }

    /// <summary>Kernel drivers own the chips: the agent reads them through IIO, under the same names with nearly the same values, and
    /// does not access the bus.</summary>
    [Fact]
    public async Task A_chip_that_the_kernel_drives_is_read_through_the_kernel_alone()
    {
        using var machine = await MakeAsync();
        PlugBme280(machine);
        PlugLtr559(machine);
        PlugLps25h(machine);

        await RunAsync(
            machine,
            """
            load industrialio kfifo_buf industrialio-triggered-buffer bmp280 bmp280-i2c ltr501
            load st_sensors st_sensors_i2c st_pressure st_pressure_i2c
            echo bme280 0x76 >$bus/new_device
            echo ltr559 0x23 >$bus/new_device
            echo lps25h 0x5c >$bus/new_device
            step drivers ls -d $bus/1-0076/driver $bus/1-0023/driver $bus/1-005c/driver
            step before registers 76
            step once once
            step doctor doctor
            step after registers 76
            """);

        var sensors = Sensors(machine.Output("once"));
        AssertBme280(sensors, exact: false);
        AssertLtr559(sensors);
        AssertLps25h(sensors);
        Assert.Equal(3, sensors.EnumerateObject().Count());
        var page = machine.Output("doctor", NoListener);
        Assert.Contains("On i2c-1 at 0x76: bme280, read through its kernel driver.", page, StringComparison.Ordinal);
        Assert.Contains("On i2c-1 at 0x23: ltr559, read through its kernel driver.", page, StringComparison.Ordinal);
        Assert.Equal(machine.Output("before"), machine.Output("after"));
    }

    private static Task RunAsync(EmulatedMachine machine, string script) => machine.RunAsync(Commands + script, Deadline);

    private static async Task<EmulatedMachine> MakeAsync()
    {
        Assert.SkipWhen(NativeAgent.Obstacle is not null, NativeAgent.Obstacle ?? string.Empty);
        Assert.SkipWhen(EmulatedMachine.Obstacle is not null, EmulatedMachine.Obstacle ?? string.Empty);
        var machine = new EmulatedMachine();
        await machine.InstallAsync(NativeAgent.Path, Agent);
        return machine;
    }

    private static void PlugBme280(EmulatedMachine machine) => machine.Plug(0x76, ExampleChips.Bme280);

    private static void AssertBme280(JsonElement sensors, bool exact)
    {
        // The kernel's driver computes in integers: hundredths of a degree, and pascals to some digits.
        var example = ExampleChips.Vectors.GetProperty("bme280")[0].GetProperty("dbl_C_Pa_RH");
        AssertClose(example[0].GetDouble(), sensors, "bme280", "t", exact ? 0.001 : 0.01);
        AssertClose(example[1].GetDouble(), sensors, "bme280", "p", exact ? 0.1 : 1);
        AssertClose(example[2].GetDouble() / 100, sensors, "bme280", "h", exact ? 0.0001 : 0.001);
    }

    private static void PlugLtr559(EmulatedMachine machine) => machine.Plug(0x23, ExampleChips.Ltr559);

    private static void AssertLtr559(JsonElement sensors) =>
        AssertClose(ExampleChips.Light.GetProperty("lux").GetDouble(), sensors, "ltr559", "lux", 0.1);

    private static void PlugLps25h(EmulatedMachine machine) =>
        machine.Plug(0x5C, (0x0F, "BD"), (0x27, "03"), (0xA7, "03"), (0x28, ExampleChips.Text(Pressure(), "r28_2C")), (0xA8, ExampleChips.Text(Pressure(), "r28_2C")));

    /// <summary>The kernel truncates its scale after nine digits, an error of 1 Pa at 1000 hPa.</summary>
    private static void AssertLps25h(JsonElement sensors)
    {
        AssertClose(Pressure().GetProperty("hPa").GetDouble() * 100, sensors, "lps25h", "p", 2);
        AssertClose(Pressure().GetProperty("C").GetDouble(), sensors, "lps25h", "t", 0.01);
    }

    private static JsonElement Pressure() => ExampleChips.Vectors.GetProperty("lps25h")[1];

    private static JsonElement Sensors(string once) =>
        JsonDocument.Parse(once).RootElement.TryGetProperty("sensors", out var sensors)
            ? sensors
            : throw new InvalidOperationException($"No sensors in:\n{once}");

    private static void AssertClose(double expected, JsonElement sensors, string sensor, string field, double tolerance) =>
        Assert.Equal(
            expected,
            sensors.TryGetProperty(sensor, out var entry) && entry.TryGetProperty(field, out var value) ? value.GetDouble() : double.NaN,
            tolerance);
}
