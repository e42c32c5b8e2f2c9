using System.Text;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Board;

public sealed class ThermalSamplerTests
{
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData("rpi4-bookworm", "Ok", 48.686)]
    [InlineData("x64-debian12", "Ok", 53.125)]
    [InlineData("vm-no-sensors", "NoData", null)]
    [InlineData("hostile", "Failed", null)]
    public void Finds_the_processor_on(string name, string outcome, double? celsius)
    {
        using var host = new FixtureHost(name);
        using var sampler = new ThermalSampler(new BoardScan(host.Roots(), _time));
        var builder = new SnapshotBuilder();

        Assert.Equal(outcome, sampler.Sample(builder).ToString());
        Assert.Equal(celsius, builder.Number(CpuSummarySection.TemperatureCelsius));
    }

    [Fact]
    public void Takes_the_hottest_of_several_clusters_and_passes_over_the_impossible()
    {
        using var host = new FixtureHost("rpi4-bookworm");
        host.Write("sys/class/thermal/thermal_zone1/type", "cpu1-thermal\n"u8);
        host.Write("sys/class/thermal/thermal_zone1/temp", "61000\n"u8);
        host.Write("sys/class/thermal/thermal_zone2/type", "cpu2-thermal\n"u8);
        host.Write("sys/class/thermal/thermal_zone2/temp", "228000\n"u8);
        using var sampler = new ThermalSampler(new BoardScan(host.Roots(), _time));
        var builder = new SnapshotBuilder();

        Assert.Equal(SampleOutcome.Ok, sampler.Sample(builder));
        Assert.Equal(61, builder.Number(CpuSummarySection.TemperatureCelsius));
    }

    [Fact]
    public void A_sensor_that_goes_away_is_no_failure()
    {
        using var host = new FixtureHost("rpi4-bookworm");
        using var sampler = new ThermalSampler(new BoardScan(host.Roots(), _time));
        host.Remove("sys/class/thermal/thermal_zone0");
        host.Remove("sys/class/hwmon");

        Assert.Equal(SampleOutcome.NoData, sampler.Sample(new SnapshotBuilder()));
    }

    [Fact]
    public void Uses_the_board_s_sensor_only_when_there_is_no_better()
    {
        using var host = new FixtureHost("x64-debian12");
        host.Write("sys/class/thermal/thermal_zone1/type", "acpitz\n"u8);
        host.Write("sys/class/thermal/thermal_zone1/temp", "27800\n"u8);
        var builder = new SnapshotBuilder();
        using (var better = new ThermalSampler(new BoardScan(host.Roots(), _time)))
        {
            better.Sample(builder);
        }

        Assert.Equal(53.125, builder.Number(CpuSummarySection.TemperatureCelsius));

        host.Remove("sys/class/hwmon");
        using var sampler = new ThermalSampler(new BoardScan(host.Roots(), _time));
        sampler.Sample(builder);
        Assert.Equal(27.8, builder.Number(CpuSummarySection.TemperatureCelsius));
    }

    /// <summary>Chips, zones and the temperature that is the CPU's: each text is a directory of class/ and its files.</summary>
    [Theory]
    [InlineData(54.5, "hwmon/hwmon0 name=k10temp temp1_label=Tctl temp1_input=81500 temp2_label=Tdie temp2_input=54500")]
    [InlineData(54.5, "hwmon/hwmon0 name=k10temp temp1_label=Tdie temp1_input=54500 temp2_label=Tctl temp2_input=81500 temp3_label=Tccd1 temp3_input=60000")]
    [InlineData(61.0, "hwmon/hwmon0 name=k10temp temp1_label=Tctl temp1_input=61000 temp3_label=Tccd1 temp3_input=58000")]
    [InlineData(38.0, "hwmon/hwmon0 name=k10temp temp1_input=38000")]
    [InlineData(62.0, "hwmon/hwmon0 name=k10temp temp1_label=Tctl temp1_input=82000 temp2_label=Tdie temp2_input=55000", "hwmon/hwmon1 name=k10temp temp1_label=Tctl temp1_input=89000 temp2_label=Tdie temp2_input=62000")]
    [InlineData(48.0, "hwmon/hwmon0 name=zenpower temp1_label=Tdie temp1_input=48000 temp2_label=Tctl temp2_input=75000 temp3_label=Tccd1 temp3_input=50000")]
    [InlineData(58.0, "hwmon/hwmon0 name=acpitz temp1_input=16000", "hwmon/hwmon1 name=coretemp temp1_label=Package_id_0 temp1_input=58000", "thermal/thermal_zone0 type=acpitz temp=16000", "thermal/thermal_zone1 type=INT3400_Thermal temp=20000", "thermal/thermal_zone2 type=pch_cannonlake temp=71000")]
    [InlineData(47.0, "hwmon/hwmon0 name=coretemp temp2_label=Core_0 temp2_input=44000 temp3_label=Core_1 temp3_input=47000")]
    [InlineData(51.0, "hwmon/hwmon0 name=coretemp temp1_label=Physical_id_0 temp1_input=51000 temp2_label=Core_0 temp2_input=66000")]
    [InlineData(45.0, "thermal/thermal_zone0 type=acpitz temp=27800", "thermal/thermal_zone1 type=x86_pkg_temp temp=45000")]
    [InlineData(49.0, "hwmon/hwmon0 name=cpu_thermal temp1_input=49000")]
    [InlineData(49.0, "hwmon/hwmon0 name=soc_thermal temp1_input=49000", "hwmon/hwmon1 name=nvme temp1_input=70000")]
    [InlineData(63.0, "hwmon/hwmon0 name=scpi_sensors temp1_label=PMIC temp1_input=30000 temp2_label=SOC temp2_input=59000 temp3_label=CPU temp3_input=63000 temp4_label=GPU temp4_input=71000")]
    [InlineData(59.0, "hwmon/hwmon0 name=scpi_sensors temp1_label=PMIC temp1_input=30000 temp2_label=SOC temp2_input=59000")]
    [InlineData(44.0, "hwmon/hwmon0 name=scpi_sensors temp1_label=aml_thermal temp1_input=44000")]
    [InlineData(55.0, "hwmon/hwmon0 name=applesmc temp1_label=TA0P temp1_input=25000 temp2_label=TC0D temp2_input=55000 temp3_label=TG0D temp3_input=70000")]
    [InlineData(46.0, "hwmon/hwmon0 name=thinkpad temp1_label=CPU temp1_input=46000 temp2_label=GPU temp2_input=60000", "thermal/thermal_zone0 type=acpitz temp=27800")]
    [InlineData(27.8, "hwmon/hwmon0 name=acpitz temp1_input=27800", "hwmon/hwmon1 name=iwlwifi_1 temp1_input=44000")]
    [InlineData(40.0, "thermal/thermal_zone0 type=gpu-core-thermal temp=70000", "thermal/thermal_zone1 type=cpu-0-0-thermal temp=39000", "thermal/thermal_zone2 type=cpu-0-1-thermal temp=40000")]
    [InlineData(null, "hwmon/hwmon0 name=it8620 temp1_input=40000", "hwmon/hwmon1 name=w1_slave_temp temp1_input=21000")]
    public void The_temperature_of_the_CPU_is_that_of_its_die(double? celsius, params string[] folders)
    {
        using var host = CreateHost();
        Write(host, folders);
        using var sampler = new ThermalSampler(new BoardScan(host.Roots(), _time));

        Assert.Equal(celsius, Sample(sampler));
    }

    [Theory]
    [InlineData("temp1_fault=1")]
    [InlineData("temp1_enable=0")]
    [InlineData("temp1_input=-273150")]
    [InlineData("temp1_input=warm")]
    public void A_sensor_without_a_value_gives_way_to_the_next_best(string flaw)
    {
        using var host = CreateHost();
        Write(host, "hwmon/hwmon0 name=coretemp temp1_label=Package_id_0 temp1_input=58000 " + flaw, "thermal/thermal_zone0 type=acpitz temp=27800");
        using var sampler = new ThermalSampler(new BoardScan(host.Roots(), _time));
        Assert.Equal(27.8, Sample(sampler));

        host.Remove("sys/class/hwmon/hwmon0/temp1_fault");
        host.Remove("sys/class/hwmon/hwmon0/temp1_enable");
        Write(host, "hwmon/hwmon0 temp1_input=58000");
        Assert.Equal(27.8, Sample(sampler));
        _time.Advance(BoardScan.Period);
        Assert.Equal(58, Sample(sampler));
    }

    [Fact]
    public void A_driver_that_is_loaded_later_is_found()
    {
        using var host = CreateHost();
        using var sampler = new ThermalSampler(new BoardScan(host.Roots(), _time));
        Assert.Null(Sample(sampler));

        Write(host, "thermal/thermal_zone0 type=acpitz temp=27800");
        _time.Advance(BoardScan.Period);
        Assert.Equal(27.8, Sample(sampler));

        Write(host, "hwmon/hwmon0 name=coretemp temp1_label=Package_id_0 temp1_input=47000");
        Assert.Equal(27.8, Sample(sampler));
        _time.Advance(BoardScan.Period);
        Assert.Equal(47, Sample(sampler));

        host.Remove("sys/class/hwmon/hwmon0");
        _time.Advance(BoardScan.Period);
        Assert.Equal(27.8, Sample(sampler));
    }

    private static FixtureHost CreateHost()
    {
        var host = new FixtureHost("vm-no-sensors");
        host.Remove("sys/class/thermal");
        host.Remove("sys/class/hwmon");
        return host;
    }

    private static void Write(FixtureHost host, params string[] folders)
    {
        foreach (var folder in folders)
        {
            var words = folder.Split(' ');
            foreach (var file in words[1..])
            {
                var parts = file.Split('=', 2);
                var text = parts[0].EndsWith("_label", StringComparison.Ordinal) || parts[0] == "type"
                    ? parts[1].Replace("_id_", " id ", StringComparison.Ordinal).Replace("Core_", "Core ", StringComparison.Ordinal)
                    : parts[1];
                host.Write($"sys/class/{words[0]}/{parts[0]}", Encoding.UTF8.GetBytes(text + "\n"));
            }
        }
    }

    private static double? Sample(ThermalSampler sampler)
    {
        var builder = new SnapshotBuilder();
        sampler.Sample(builder);
        return builder.Number(CpuSummarySection.TemperatureCelsius);
    }
}
