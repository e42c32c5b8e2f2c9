using System.Text;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Board;

public sealed class HwmonSamplerTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly FixtureHost _host = new("vm-no-sensors");
    private readonly ManualTimeProvider _time = new();
    private readonly SnapshotBuilder _builder = new();

    public HwmonSamplerTests()
    {
        _host.Remove("sys/class/thermal");
        _host.Remove("sys/class/hwmon");
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public void A_thermal_zone_and_its_hardware_monitor_are_one_sensor()
    {
        Chip(0, "cpu_thermal", "temp1_input=48686", "temp1_crit=110000");
        Chip(1, "rpi_volt", "in0_lcrit_alarm=0");
        Zone(0, "cpu-thermal", "temp=48686", "trip_point_0_type=passive", "trip_point_0_temp=80000", "trip_point_1_type=critical", "trip_point_1_temp=110000");

        Assert.Equal(["cpu t=48.686 crit=110"], Temperatures());
        Assert.Empty(Texts(PowerSection.Definition));
    }

    [Fact]
    public void A_Raspberry_Pi_5_has_its_fan_and_the_converter_of_its_RP1()
    {
        Chip(0, "cpu_thermal", "temp1_input=50000");
        Chip(1, "rp1_adc", "in1_input=1454", "in4_input=2512", "temp1_input=43200");
        Chip(2, "pwmfan", "fan1_input=2987", "pwm1=75");
        Zone(0, "cpu-thermal", "temp=50000");

        Assert.Equal(["cpu t=50", "rp1_adc t=43.2"], Temperatures());
        Assert.Equal(["pwmfan rpm=2987 duty=0.294"], Texts(FansSection.Definition));
        Assert.Equal(["rp1_adc_in1 v=1.454", "rp1_adc_in4 v=2.512"], Texts(PowerSection.Definition));
    }

    [Fact]
    public void Clusters_of_an_XU4_have_a_name_each_and_its_fan_has_no_counter()
    {
        for (var cluster = 0; cluster < 4; cluster++)
        {
            Zone(cluster, $"cpu{cluster}-thermal", $"temp={40000 + cluster}");
        }

        Zone(4, "gpu-thermal", "temp=228000");
        Chip(0, "pwmfan", "pwm1=255");

        Assert.Equal(
            ["cpu0 t=40", "cpu1 t=40.001", "cpu2 t=40.002", "cpu3 t=40.003", "gpu t=228 spike=1"], Temperatures());
        Assert.Equal(["pwmfan duty=1"], Texts(FansSection.Definition));
    }

    [Fact]
    public void A_PC_s_sensors_have_their_labels_and_several_of_a_kind_their_device()
    {
        Chip(0, "coretemp", "temp1_label=Package id 0", "temp1_input=45000", "temp1_crit=100000", "temp2_label=Core 0", "temp2_input=44000");
        Chip(1, "nvme", "temp1_label=Composite", "temp1_input=38850");
        Chip(2, "nvme", "temp1_label=Composite", "temp1_input=39850");
        Chip(3, "acpitz", "temp1_input=27800");
        Link("sys/class/hwmon/hwmon1/device", "../../nvme/nvme1");
        Zone(0, "acpitz", "temp=27800");
        Zone(1, "x86_pkg_temp", "temp=45000");
        Zone(2, "INT3400 Thermal", "temp=20000");

        Assert.Equal(
            ["acpitz t=27.8", "coretemp_package_id_0 t=45 crit=100", "coretemp_core_0 t=44", "nvme1_composite t=38.85", "nvme_composite t=39.85"],
            Temperatures());
    }

    [Fact]
    public void Voltage_current_and_power_of_one_label_are_one_supply()
    {
        Chip(0, "ina226", "in1_label=VDD", "in1_input=5012", "curr1_label=VDD", "curr1_input=-820", "power1_label=VDD", "power1_input=4109840", "power2_average=1500000");
        Assert.Equal(["ina226_vdd v=5.012 a=-0.82 w=4.11", "ina226_power2 w=1.5"], Texts(PowerSection.Definition));
    }

    /// <summary>Case: an it87 whose second input is switched off and whose third is open.</summary>
    [Fact]
    public void A_channel_that_its_driver_calls_faulty_or_off_has_no_value()
    {
        Chip(0, "it8620", "temp1_input=37000", "temp1_type=4", "temp2_input=-55000", "temp2_type=0", "temp3_input=127000", "temp3_fault=1", "temp3_crit=100000", "temp4_input=41000", "temp4_enable=0", "fan1_input=1200", "fan1_fault=1", "pwm1=128", "fan2_input=900", "fan2_fault=0", "in0_input=1200", "in0_enable=0", "in1_input=1300", "in1_enable=1");
        using var sampler = Make(NameFilter.None);
        Assert.Equal(["it8620_temp1 t=37"], Sample(sampler, TemperaturesSection.Definition));
        Assert.Equal(["it8620_fan1 duty=0.502", "it8620_fan2 rpm=900"], Texts(_builder.Section(FansSection.Definition).Build()));
        Assert.Equal(["it8620_in1 v=1.3"], Texts(_builder.Section(PowerSection.Definition).Build()));

        // A fault ends at once; a switch is read as rarely as a limit.
        Chip(0, "it8620", "temp3_input=44000", "temp3_fault=0", "temp2_type=3", "temp2_input=39000");
        Assert.Equal(["it8620_temp1 t=37", "it8620_temp3 t=44 crit=100"], Sample(sampler, TemperaturesSection.Definition));
        _time.Advance(HwmonChip.LimitPeriod);
        Assert.Equal(
            ["it8620_temp1 t=37", "it8620_temp2 t=39", "it8620_temp3 t=44 crit=100"],
            Sample(sampler, TemperaturesSection.Definition));
    }

    /// <summary>Case: a nct6793 without anything at two of its inputs; and the numbers that other drivers write.</summary>
    [Fact]
    public void A_number_that_a_driver_writes_when_it_knows_none_is_no_reading()
    {
        Chip(0, "nct6793", "temp1_label=SYSTIN", "temp1_input=31000", "temp15_input=3892313987", "temp16_input=-273150", "temp17_input=-274000", "temp18_input=2147483647");
        Chip(1, "nvme", "temp1_input=38850", "temp1_crit=65261850");
        Chip(2, "jc42", "temp1_input=40000", "temp1_crit=0");
        Chip(3, "thinkpad", "fan1_input=65535", "fan2_input=2400", "fan3_input=-1", "fan4_input=4294967295");
        Zone(0, "gpu-thermal", "temp=-274000");
        Zone(1, "cpu-thermal", "temp=50000", "trip_point_0_type=critical", "trip_point_0_temp=2147483647");
        using var sampler = Make(NameFilter.None);

        Assert.Equal(
            ["cpu t=50", "nct6793_systin t=31", "nvme t=38.85", "jc42 t=40"],
            Sample(sampler, TemperaturesSection.Definition));
        Assert.Equal(["thinkpad_fan2 rpm=2400"], Texts(_builder.Section(FansSection.Definition).Build()));
        Assert.Equal(0, _builder.ValuesRefused);
    }

    [Fact]
    public void A_chip_without_a_name_has_that_of_its_device()
    {
        // applesmc.
        Write("sys/devices/platform/applesmc.768", ["name=applesmc", "temp1_input=54250", "temp1_label=TC0D", "fan1_input=1800", "fan1_label=Left side"]);
        Link("sys/class/hwmon/hwmon0/device", "../../../devices/platform/applesmc.768");

        // A kernel of 3.10.
        Write("sys/devices/platform/coretemp.0", ["name=coretemp", "temp2_input=44000", "temp2_label=Core 0"]);
        Link("sys/class/hwmon/hwmon1/device", "../../../devices/platform/coretemp.0");

        Write("sys/devices/platform/sensors.1", ["x=1"]);
        Write("sys/class/hwmon/hwmon2", ["temp1_input=21000"]);
        Link("sys/class/hwmon/hwmon2/device", "../../../devices/platform/sensors.1");
        Write("sys/class/hwmon/hwmon3", ["temp1_input=22000"]);

        Assert.Equal(["applesmc_tc0d t=54.25", "coretemp_core_0 t=44", "sensors t=21", "hwmon3 t=22"], Temperatures());
        Assert.Equal(["applesmc_left_side rpm=1800"], Texts(FansSection.Definition));
    }

    [Fact]
    public void A_zone_that_sleeps_is_absent_and_no_failure_and_a_broken_one_costs_no_other()
    {
        Zone(0, "cpu-thermal", "temp=50000");
        Zone(1, "gpu-thermal", "mode=disabled");
        using var sampler = Make(NameFilter.None);
        Assert.Equal(SampleOutcome.Ok, sampler.Sample(_builder));

        Zone(1, "gpu-thermal", "temp=warm");
        _builder.Reset();
        Assert.Equal(SampleOutcome.Failed, sampler.Sample(_builder));
        Assert.Equal(["cpu t=50"], Texts(_builder.Section(TemperaturesSection.Definition).Build()));
    }

    [Fact]
    public void Patterns_choose_by_the_name_that_is_sent()
    {
        Zone(0, "cpu-thermal", "temp=50000");
        Zone(1, "THOP", "temp=129000");
        using var sampler = Make(new NameFilter([], ["thop"]));
        Assert.Equal(["cpu t=50"], Sample(sampler, TemperaturesSection.Definition));
    }

    [Fact]
    public void Drivers_that_come_and_go_are_found_and_keep_nothing()
    {
        using var sampler = Make(NameFilter.None);
        Assert.Empty(Sample(sampler, TemperaturesSection.Definition));

        Chip(3, "lm75", "temp1_input=20500");
        _time.Advance(BoardScan.Period);
        Assert.Equal(["lm75 t=20.5"], Sample(sampler, TemperaturesSection.Definition));

        Chip(3, "tmp102", "temp1_input=21500");
        _time.Advance(BoardScan.Period);
        Assert.Equal(["tmp102 t=21.5"], Sample(sampler, TemperaturesSection.Definition));

        _host.Remove("sys/class/hwmon/hwmon3");
        _time.Advance(BoardScan.Period);
        Assert.Empty(Sample(sampler, TemperaturesSection.Definition));
    }

    /// <summary>A chip on a bus is read by another thread, and rarely.</summary>
    [Fact]
    public async Task A_chip_on_a_bus_is_read_rarely_and_apart()
    {
        Chip(0, "lm75", "temp1_input=20500");
        Directory.CreateDirectory(Path.Combine(_host.Sys, "class/hwmon/hwmon0/device"));
        Link("sys/class/hwmon/hwmon0/device/subsystem", "../../../bus/i2c");
        using var sampler = Make(NameFilter.None);
        Assert.Equal(["lm75 t=20.5"], Sample(sampler, TemperaturesSection.Definition));

        Chip(0, "lm75", "temp1_input=21500");
        Assert.Equal(["lm75 t=20.5"], Sample(sampler, TemperaturesSection.Definition));
        _time.Advance(HwmonChip.SlowPeriod);
        await Eventually.TrueAsync(
            () => Task.FromResult(Sample(sampler, TemperaturesSection.Definition) is ["lm75 t=21.5"]), Deadline);
    }

    /// <summary>Case: a DS18B20 that reports its power-on value once. The copies of a reading confirm nothing.</summary>
    [Fact]
    public async Task A_spike_of_a_slow_chip_is_marked_until_the_next_reading_and_the_next_is_not()
    {
        Chip(0, "w1_slave_temp", "temp1_input=21300");
        Directory.CreateDirectory(Path.Combine(_host.Sys, "class/hwmon/hwmon0/device"));
        Link("sys/class/hwmon/hwmon0/device/subsystem", "../../../bus/w1");
        using var sampler = Make(NameFilter.None);
        Assert.Equal(["w1_slave_temp t=21.3"], Sample(sampler, TemperaturesSection.Definition));

        await ReadNextAsync("85000", "w1_slave_temp t=85 spike=1");
        for (var tick = 0; tick < 5; tick++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(["w1_slave_temp t=85 spike=1"], Sample(sampler, TemperaturesSection.Definition));
        }

        await ReadNextAsync("21312", "w1_slave_temp t=21.312");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["w1_slave_temp t=21.312"], Sample(sampler, TemperaturesSection.Definition));

        async Task ReadNextAsync(string value, string expected)
        {
            Chip(0, "w1_slave_temp", "temp1_input=" + value);
            _time.Advance(HwmonChip.SlowPeriod);
            await Eventually.TrueAsync(
                () => Task.FromResult(Sample(sampler, TemperaturesSection.Definition) is [var text] && text == expected),
                Deadline);
        }
    }

    [Theory]
    [InlineData("48686\n", true, 48.686)]
    [InlineData("-12500", true, -12.5)]
    [InlineData("9223372036854775807\n", true, 9223372036854775.807)]
    [InlineData("18446744073709551615", false, 0)]
    [InlineData("48.5", false, 0)]
    [InlineData("warm", false, 0)]
    [InlineData("", false, 0)]
    public void Numbers(string text, bool isAccepted, double expected)
    {
        Assert.Equal(isAccepted, SensorInput.TryParse(Encoding.UTF8.GetBytes(text), 0.001, out var value));
        Assert.Equal(expected, value, 3);
    }

    [Theory]
    [InlineData("Package id 0", "package_id_0")]
    [InlineData("+12V", "+12v")]
    [InlineData("  CPU  Fan #1 ", "cpu_fan_1")]
    [InlineData("Tctl", "tctl")]
    [InlineData("ü", "")]
    public void Names(string label, string expected) => Assert.Equal(expected, SensorNames.Plain(label));

    private static string[] Texts(SectionReading? section) =>
        [.. Enumerable.Range(0, section?.EntryCount ?? 0).Select(index => $"{section![index].Name} " + string.Join(
            ' ',
            section.Definition.Fields
                .Where(field => section[index][field] is not null)
                .Select(field => FormattableString.Invariant($"{field.WireName}={Math.Round(section[index][field]!.Value, 3)}"))))];

    private void Chip(int number, string name, params string[] files) =>
        Write($"sys/class/hwmon/hwmon{number}", [$"name={name}", .. files]);

    private void Zone(int number, string type, params string[] files) =>
        Write($"sys/class/thermal/thermal_zone{number}", [$"type={type}", .. files]);

    private void Link(string path, string target)
    {
        var full = Path.Combine(_host.Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        Directory.CreateSymbolicLink(full, target);
    }

    private void Write(string folder, string[] files)
    {
        foreach (var file in files)
        {
            var parts = file.Split('=', 2);
            _host.Write($"{folder}/{parts[0]}", Encoding.UTF8.GetBytes(parts[1] + "\n"));
        }
    }

    private HwmonSampler Make(NameFilter filter) => new(new BoardScan(_host.Roots(), _time), filter, Deadline, _time);

    private string[] Temperatures() => Texts(TemperaturesSection.Definition);

    private string[] Texts(SectionDefinition definition)
    {
        using var sampler = Make(NameFilter.None);
        return Sample(sampler, definition);
    }

    private string[] Sample(HwmonSampler sampler, SectionDefinition definition)
    {
        _builder.Reset();
        sampler.Sample(_builder);
        return Texts(_builder.Section(definition).Build());
    }
}
