using System.Text;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Board;

/// <summary>The rails of a Raspberry Pi 5, on a firmware that is as strict as the real one.</summary>
public sealed class PmicSamplerTests
{
    [Fact]
    public void Each_rail_has_its_voltage_current_and_power()
    {
        using var bench = new SamplerBench("rpi5-bookworm");
        var power = bench.Section(PowerSection.Definition, SampleOutcome.Ok, Make(bench))!;

        Assert.Equal(14, power.EntryCount);
        var core = power.Find("pmic_vdd_core")!.Value;
        Assert.Equal(0.7209762, core[PowerSection.Volts]);
        Assert.Equal(0.9465799, core[PowerSection.Amperes]);
        Assert.Equal(0.7209762 * 0.9465799, core[PowerSection.Watts]);

        // What feeds the board is measured in volts only.
        var supply = power.Find("pmic_ext5v")!.Value;
        Assert.Equal(5.11478, supply[PowerSection.Volts]);
        Assert.Null(supply[PowerSection.Amperes]);
        Assert.Null(supply[PowerSection.Watts]);
        Assert.Equal(1.9005, Enumerable.Range(0, 14).Sum(index => power[index][PowerSection.Watts] ?? 0), 1e-4);
    }

    [Fact]
    public void Between_answers_the_last_one_is_sent()
    {
        using var bench = new SamplerBench("rpi5-bookworm");
        var sampler = Make(bench);
        bench.Section(PowerSection.Definition, SampleOutcome.Ok, sampler);
        bench.Write("kernel/pmic_read_adc", "EXT5V_V volt(24)=4.70000000V\n");

        bench.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(14, bench.Section(PowerSection.Definition, SampleOutcome.Ok, sampler)!.EntryCount);

        bench.Time.Advance(TimeSpan.FromSeconds(10));
        var power = bench.Section(PowerSection.Definition, SampleOutcome.Ok, sampler)!;
        Assert.Equal(4.7, power.Find("pmic_ext5v")!.Value[PowerSection.Volts]);
        Assert.Null(power.Find("pmic_hdmi")!.Value[PowerSection.Volts]);
    }

    [Fact]
    public void A_firmware_that_does_not_know_the_command_is_a_failure_and_sends_nothing()
    {
        using var bench = new SamplerBench("rpi5-bookworm");
        File.Delete(Path.Combine(bench.Host.Root, "kernel/pmic_read_adc"));

        Assert.Null(bench.Section(PowerSection.Definition, SampleOutcome.Failed, Make(bench)));
    }

    [Theory]
    [InlineData("rpi4-bookworm")]
    [InlineData("x64-debian12")]
    [InlineData("hostile")]
    public void Other_boards_are_not_asked(string host)
    {
        using var bench = new SamplerBench(host);

        Assert.Null(bench.Section(PowerSection.Definition, SampleOutcome.NoData, Make(bench)));
    }

    [Theory]
    [InlineData("  VDD_CORE_V volt(15)=0.72097620V", "VDD_CORE_V", 0.7209762)]
    [InlineData("HDMI_A current(22)=0.01697190A", "HDMI_A", 0.0169719)]
    public void A_line_is_parsed(string line, string name, double value)
    {
        Assert.True(PmicSampler.TryParse(Encoding.ASCII.GetBytes(line), out var input, out var parsed));
        Assert.Equal((name, value), (Encoding.ASCII.GetString(input), parsed));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HDMI_V")]
    [InlineData("HDMI_V volt(23)")]
    [InlineData("HDMI_V volt(23)=")]
    [InlineData("HDMI_V volt(23)=V")]
    [InlineData("HDMI_V volt(23)=5.1A")]
    [InlineData("HDMI_V volt(23)=five V")]
    [InlineData("_V volt(23)=5.1V")]
    [InlineData("HDMI volt(23)=5.1V")]
    public void Other_lines_are_none(string line) =>
        Assert.False(PmicSampler.TryParse(Encoding.ASCII.GetBytes(line), out _, out _));

    private static PmicSampler Make(SamplerBench bench)
    {
        bench.Write("dev/vcio", "0");
        return new PmicSampler(bench.Host.Roots(), bench.Kernel, NameFilter.None, bench.Time);
    }
}
