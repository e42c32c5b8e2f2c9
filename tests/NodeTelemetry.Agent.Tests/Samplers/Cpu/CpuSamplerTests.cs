using System.Text;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Cpu;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Cpu;

public sealed class CpuSamplerTests : IDisposable
{
    private readonly FixtureHost _host = new("rpi4-bookworm");
    private readonly SnapshotBuilder _builder = new();
    private readonly CpuSampler _sampler;

    public CpuSamplerTests() => _sampler = new CpuSampler(_host.Roots());

    public void Dispose()
    {
        _sampler.Dispose();
        _host.Dispose();
    }

    [Fact]
    public void The_first_sample_has_counters_and_no_usage()
    {
        Assert.Null(SampleOf(SampleOutcome.Ok)[CpuSummarySection.UsageRatio]);

        var snapshot = Build();
        var cpu = snapshot.Section(CpuSection.Definition)!;
        Assert.Equal(3186.43, cpu[CpuSection.UserSeconds]);
        Assert.Equal(46.12, cpu[CpuSection.SoftirqSeconds]);
        Assert.Equal(1234567890, cpu[CpuSection.ContextSwitches]);
        Assert.Equal(98765432, cpu[CpuSection.Interrupts]);
        Assert.Equal(20918, cpu[CpuSection.Forks]);
        Assert.Equal(2, cpu[CpuSection.Running]);
        Assert.Equal(0, cpu[CpuSection.Blocked]);
        Assert.Null(cpu[CpuSection.UserRatio]);
        Assert.Equal(41.2, snapshot.Section(CoresSection.Definition)!.Find("0")!.Value[CoresSection.IowaitSeconds]);
    }

    [Fact]
    public void Shares_of_all_modes_add_up_to_one()
    {
        _sampler.Sample(_builder);
        _host.Advance();
        SampleOf(SampleOutcome.Ok);

        // 76 ticks of user, 22 of system and 7 of iowait, of 800.
        var cpu = Build().Section(CpuSection.Definition)!;
        Assert.Equal(76 / 800.0, cpu[CpuSection.UserRatio]!.Value, 9);
        Assert.Equal(22 / 800.0, cpu[CpuSection.SystemRatio]!.Value, 9);
        Assert.Equal(7 / 800.0, cpu[CpuSection.IowaitRatio]!.Value, 9);
        Assert.Equal(695 / 800.0, cpu[CpuSection.IdleRatio]!.Value, 9);
        Assert.Equal(0, cpu[CpuSection.StealRatio]);
    }

    [Fact]
    public void Usage_is_the_difference_of_two_readings()
    {
        _sampler.Sample(_builder);
        _host.Advance();
        var cpu = SampleOf(SampleOutcome.Ok);

        // The counters of stat.2 are 30+8, 8+2, 18+5 and 20+7 busy ticks ahead, of 200 each.
        Assert.Equal([38 / 200.0, 10 / 200.0, 23 / 200.0, 27 / 200.0], cpu.Cores().Select(ratio => Math.Round(ratio, 9)));
        Assert.Equal(98 / 800.0, cpu[CpuSummarySection.UsageRatio]!.Value, 9);
    }

    [Theory]
    [InlineData("cpu  200 0 0 200 50\ncpu0 200 0 0 200 50\n", "cpu  250 0 0 260 40\ncpu0 250 0 0 260 40\n", 0.5)]
    [InlineData("cpu  200 0 0 200\ncpu0 200 0 0 200\n", "cpu  100 0 0 300\ncpu0 100 0 0 300\n", 0.0)]
    [InlineData("cpu  1 2 3 4 5 6 7 8 9 10 11 12\n", "cpu  2 2 3 5 5 6 7 8 9 10 11 12\n", 0.5)]
    [InlineData("cpu  18446744073709551615 0 0 4\n", "cpu  0 0 0 7\n", 0.25)]
    public void Counters_may_run_backwards_be_few_or_wrap(string first, string second, double expected)
    {
        _host.Write("proc/stat", Encoding.UTF8.GetBytes(first));
        _sampler.Sample(_builder);
        _host.Write("proc/stat", Encoding.UTF8.GetBytes(second));

        Assert.Equal(expected, SampleOf(SampleOutcome.Ok)[CpuSummarySection.UsageRatio]!.Value, 3);
    }

    [Fact]
    public void No_time_between_two_readings_is_no_usage()
    {
        _sampler.Sample(_builder);
        Assert.Null(SampleOf(SampleOutcome.Ok)[CpuSummarySection.UsageRatio]);
    }

    [Fact]
    public void Cores_may_go_and_come_back()
    {
        Write("cpu  100 0 0 100\ncpu0 50 0 0 50\ncpu1 50 0 0 50\n");
        _sampler.Sample(_builder);
        Write("cpu  110 0 0 110\ncpu0 60 0 0 60\n");
        Assert.Equal([0.5], SampleOf(SampleOutcome.Ok).Cores());

        // Just back: nothing is known of it yet.
        Write("cpu  120 0 0 120\ncpu0 65 0 0 75\ncpu1 5 0 0 5\n");
        Assert.Equal([0.25, 0], SampleOf(SampleOutcome.Ok).Cores());
    }

    [Fact]
    public void A_damaged_reading_fails_and_the_next_one_is_a_new_start()
    {
        _sampler.Sample(_builder);
        Write("cpu  1 2 three\n");
        Assert.Null(SampleOf(SampleOutcome.Failed)[CpuSummarySection.UsageRatio]);
        Write("cpu  100 0 0 100\n");
        Assert.Null(SampleOf(SampleOutcome.Ok)[CpuSummarySection.UsageRatio]);
    }

    [Fact]
    public void Cores_that_coreusage_has_no_room_for_are_in_the_section_of_cores()
    {
        const int Cores = 200;
        Write("cpu  100 0 0 100\n" + string.Concat(Enumerable.Range(0, Cores).Select(core => $"cpu{core} 1 0 0 1\n")));
        _sampler.Sample(_builder);
        Write("cpu  200 0 0 200\n" + string.Concat(Enumerable.Range(0, Cores).Select(core => $"cpu{core} 2 0 0 2\n")));

        Assert.Equal(128, SampleOf(SampleOutcome.Ok).Cores().Count);
        var cores = Build().Section(CoresSection.Definition)!;
        Assert.Equal(Cores, cores.EntryCount);
        Assert.Null(cores.Find("127")!.Value[CoresSection.UsageRatio]);
        Assert.Equal(0.5, cores.Find("128")!.Value[CoresSection.UsageRatio]);
        Assert.Equal(0, _builder.ValuesRefused);
    }

    [Fact]
    public void A_file_longer_than_any_buffer_yet_is_read_whole()
    {
        var interrupts = string.Concat(Enumerable.Repeat(" 123", 20_000));
        Write($"cpu  100 0 0 100\nintr 77{interrupts}\nctxt 88\nprocs_blocked 99");
        SampleOf(SampleOutcome.Ok);

        var cpu = Build().Section(CpuSection.Definition)!;
        Assert.Equal([77, 88, 99], new[] { cpu[CpuSection.Interrupts], cpu[CpuSection.ContextSwitches], cpu[CpuSection.Blocked] });
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("cpu")]
    [InlineData("cpu  1 2 3")]
    [InlineData("cpu0 1 2 3 4 5 6 7 8")]
    [InlineData("cpu  99999999999999999999 0 0 4")]
    public void What_is_no_reading_fails(string text)
    {
        Write(text);
        SampleOf(SampleOutcome.Failed);
    }

    [Fact]
    public void Counters_that_cannot_be_are_left_out_and_counted()
    {
        Write("cpu  18446744073709551615 0 0 4\nctxt x\nprocesses\nintr 5 6\n");
        SampleOf(SampleOutcome.Ok);

        var cpu = Build().Section(CpuSection.Definition)!;
        Assert.Null(cpu[CpuSection.UserSeconds]);
        Assert.Null(cpu[CpuSection.ContextSwitches]);
        Assert.Null(cpu[CpuSection.Forks]);
        Assert.Equal(5, cpu[CpuSection.Interrupts]);
        Assert.Equal(1, _builder.ValuesRefused);
    }

    private void Write(string stat) => _host.Write("proc/stat", Encoding.UTF8.GetBytes(stat));

    private NodeSnapshot SampleOf(SampleOutcome expected)
    {
        _builder.Reset();
        Assert.Equal(expected, _sampler.Sample(_builder));
        return Build();
    }

    private NodeSnapshot Build() => _builder.Build("n", Snapshots.Header, labels: null);
}
