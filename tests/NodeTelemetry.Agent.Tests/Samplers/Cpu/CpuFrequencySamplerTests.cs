using System.Text;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Cpu;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Cpu;

public sealed class CpuFrequencySamplerTests
{
    [Theory]
    [InlineData("1800000\n", true, 1800e6)]
    [InlineData("1800000", true, 1800e6)]
    [InlineData("1800000 extra\n", true, 1800e6)]
    [InlineData("<unknown>\n", false, 0)]
    [InlineData("0\n", false, 0)]
    [InlineData("18446744073709551615\n", false, 18446744073709551615e3)]
    [InlineData("", false, 0)]
    public void Frequencies(string text, bool isAccepted, double hertz)
    {
        Assert.Equal(isAccepted, CpuFrequencySampler.TryParseKilohertz(Encoding.UTF8.GetBytes(text), out var parsed));
        Assert.Equal(hertz, parsed);
    }

    [Theory]
    [InlineData("0 1 2 3\n", "0 1 2 3")]
    [InlineData("7", "7")]
    [InlineData("", "")]
    [InlineData("0 x 2 99999999 18446744073709551616", "0 2")]
    public void Cores_of_a_policy(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', CpuPolicy.ParseCores(Encoding.UTF8.GetBytes(text))));

    [Fact]
    public void Cpuinfo_has_the_cores_of_x86_or_none()
    {
        var text = "processor\t: 0\ncpu MHz\t\t: 800.5\nx\nprocessor\t: 9\ncpu MHz\t\t: 3600.125\nprocessor: x\ncpu MHz\t: 5"u8;
        var frequencies = new CpuinfoFrequencies(text);
        Assert.True(frequencies.TryRead(out var core, out var hertz));
        Assert.Equal((0, 800.5e6), (core, hertz));
        Assert.True(frequencies.TryRead(out core, out hertz));
        Assert.Equal((9, 3600.125e6), (core, hertz));
        Assert.False(frequencies.TryRead(out _, out _));

        frequencies = new CpuinfoFrequencies("processor\t: 0\nBogoMIPS\t: 108.00\ncpu MHz\n"u8);
        Assert.False(frequencies.TryRead(out _, out _));
        frequencies = default;
        Assert.False(frequencies.TryRead(out _, out _));
    }

    [Fact]
    public void Each_cluster_of_a_big_little_board_has_its_frequency()
    {
        using var bench = new SamplerBench("odroid-xu4");
        var cpu = bench.Own(new CpuSampler(bench.Host.Roots()));
        var sampler = bench.Own(new CpuFrequencySampler(bench.Host.Roots(), bench.Time));

        var snapshot = bench.Sample(SampleOutcome.Ok, cpu, sampler);
        Assert.Equal(1900e6, snapshot[CpuSummarySection.FrequencyHertz]);
        var cores = snapshot.Section(CoresSection.Definition)!;
        Assert.Equal(1.4e9, cores.Find("3")!.Value[CoresSection.FrequencyHertz]);
        Assert.Equal(1.9e9, cores.Find("4")!.Value[CoresSection.FrequencyHertz]);

        bench.Host.Advance();
        cores = bench.Section(CoresSection.Definition, SampleOutcome.Ok, cpu, sampler)!;
        Assert.Equal(8e8, cores.Find("0")!.Value[CoresSection.FrequencyHertz]);
        Assert.Equal(2e9, cores.Find("7")!.Value[CoresSection.FrequencyHertz]);
    }

    [Fact]
    public void A_core_that_is_offline_has_no_entry()
    {
        using var bench = new SamplerBench("rpi4-bookworm");
        bench.Write("proc/stat", "cpu  2 0 0 2\ncpu0 1 0 0 1\ncpu3 1 0 0 1\n");
        var cpu = bench.Own(new CpuSampler(bench.Host.Roots()));
        var sampler = bench.Own(new CpuFrequencySampler(bench.Host.Roots(), bench.Time));

        var cores = bench.Section(CoresSection.Definition, SampleOutcome.Ok, cpu, sampler)!;
        Assert.Equal(2, cores.EntryCount);
        Assert.Equal(1.8e9, cores.Find("3")!.Value[CoresSection.FrequencyHertz]);
    }

    [Fact]
    public void Without_cpufreq_cpuinfo_is_read_at_intervals()
    {
        using var bench = new SamplerBench("vm-no-sensors");
        var cpu = bench.Own(new CpuSampler(bench.Host.Roots()));
        var sampler = bench.Own(new CpuFrequencySampler(bench.Host.Roots(), bench.Time));
        Assert.Equal(2596.142e6, bench.Sample(SampleOutcome.Ok, cpu, sampler)[CpuSummarySection.FrequencyHertz]);

        bench.Write("proc/cpuinfo", "processor\t: 1\ncpu MHz\t\t: 1000\n");
        Assert.Equal(2596.142e6, bench.Sample(SampleOutcome.Ok, cpu, sampler)[CpuSummarySection.FrequencyHertz]);
        bench.Time.Advance(TimeSpan.FromSeconds(10));
        var snapshot = bench.Sample(SampleOutcome.Ok, cpu, sampler);
        Assert.Equal(1000e6, snapshot[CpuSummarySection.FrequencyHertz]);
        Assert.Equal(1e9, snapshot.Section(CoresSection.Definition)!.Find("1")!.Value[CoresSection.FrequencyHertz]);
    }

    [Fact]
    public void Cores_above_64_have_a_frequency_and_each_tick_reads_64()
    {
        using var bench = new SamplerBench("vm-no-sensors");
        bench.Write("proc/stat", "cpu  96 0 0 96\n" + string.Concat(Enumerable.Range(0, 96).Select(static core => $"cpu{core} 1 0 0 1\n")));
        WriteAll(core => core < 64 ? 1500000 : 3700000);
        var cpu = bench.Own(new CpuSampler(bench.Host.Roots()));
        var sampler = bench.Own(new CpuFrequencySampler(bench.Host.Roots(), bench.Time));
        Assert.Equal((3.7e9, 1.5e9, 3.7e9), Sample());

        // The next tick reads 32 to 95, the one after it 0 to 63.
        WriteAll(_ => 800000);
        Assert.Equal((1.5e9, 1.5e9, 8e8), Sample());
        Assert.Equal((8e8, 8e8, 8e8), Sample());

        void WriteAll(Func<int, int> kilohertz)
        {
            for (var core = 0; core < 96; core++)
            {
                bench.Write($"sys/devices/system/cpu/cpufreq/policy{core}/scaling_cur_freq", $"{kilohertz(core)}\n");
                bench.Write($"sys/devices/system/cpu/cpufreq/policy{core}/related_cpus", $"{core}\n");
            }
        }

        (double? Fastest, double? First, double? Last) Sample()
        {
            var snapshot = bench.Sample(SampleOutcome.Ok, cpu, sampler);
            var cores = snapshot.Section(CoresSection.Definition)!;
            return (snapshot[CpuSummarySection.FrequencyHertz], cores.Find("0")!.Value[CoresSection.FrequencyHertz], cores.Find("95")!.Value[CoresSection.FrequencyHertz]);
        }
    }

    [Theory]
    [InlineData("cpufreq/policy0")]
    [InlineData("cpu0/cpufreq")]
    public void A_driver_that_is_loaded_later_is_found(string folder)
    {
        using var bench = new SamplerBench("vm-no-sensors");
        bench.Write("proc/cpuinfo", "processor\t: 0\n");
        var cpu = bench.Own(new CpuSampler(bench.Host.Roots()));
        var sampler = bench.Own(new CpuFrequencySampler(bench.Host.Roots(), bench.Time));
        Assert.Null(bench.Sample(SampleOutcome.NoData, cpu, sampler)[CpuSummarySection.FrequencyHertz]);

        bench.Write($"sys/devices/system/cpu/{folder}/scaling_cur_freq", "2400000\n");
        bench.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(2.4e9, bench.Sample(SampleOutcome.Ok, cpu, sampler)[CpuSummarySection.FrequencyHertz]);
    }

    [Theory]
    [InlineData("<unknown>\n")]
    [InlineData("0\n")]
    public void A_frequency_that_the_driver_does_not_know_is_no_failure(string text)
    {
        using var bench = new SamplerBench("vm-no-sensors");
        bench.Write("proc/cpuinfo", "processor\t: 0\n");
        bench.Write("sys/devices/system/cpu/cpufreq/policy0/scaling_cur_freq", text);
        var sampler = bench.Own(new CpuFrequencySampler(bench.Host.Roots(), bench.Time));

        Assert.Null(bench.Sample(SampleOutcome.NoData, sampler)[CpuSummarySection.FrequencyHertz]);
    }
}
