using System.Text;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Disks;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Disks;

public sealed class MdSamplerTests
{
    [Fact]
    public void A_degraded_array_is_reported_until_it_is_whole()
    {
        using var bench = new SamplerBench("vm-no-sensors");
        Write(degraded: 1, "recover", "1024 / 4096");
        bench.Write("sys/block/md127/md/array_state", "inactive\n");
        bench.Write("sys/block/sda/size", "1\n");
        var sampler = new MdSampler(bench.Host.Roots(), bench.Time);

        var array = Assert.Single(Entries());
        Assert.Equal("md0", array.Name);
        Assert.Equal((2.0, 1.0, 0.25), (array[ArraysSection.Disks], array[ArraysSection.Missing], array[ArraysSection.SyncRatio]));
        Assert.Equal(("raid1", "clean", "recover"), (array.Text(ArraysSection.Level), array.Text(ArraysSection.State), array.Text(ArraysSection.Action)));

        Write(degraded: 0, "idle", "none");
        Assert.Equal(1, Assert.Single(Entries())[ArraysSection.Missing]);
        bench.Time.Advance(MdSampler.Period);
        array = Assert.Single(Entries());
        Assert.Equal(0, array[ArraysSection.Missing]);
        Assert.Null(array[ArraysSection.SyncRatio]);

        void Write(int degraded, string action, string progress)
        {
            foreach (var (file, text) in (ReadOnlySpan<(string, string)>)[
                ("array_state", "clean"), ("level", "raid1"), ("raid_disks", "2"), ("degraded", $"{degraded}"), ("sync_action", action), ("sync_completed", progress)])
            {
                bench.Write($"sys/block/md0/md/{file}", text + "\n");
            }
        }

        SectionEntry[] Entries()
        {
            var section = bench.Section(ArraysSection.Definition, SampleOutcome.Ok, sampler)!;
            return [.. Enumerable.Range(0, section.EntryCount).Select(index => section[index])];
        }
    }

    [Fact]
    public void Without_arrays_there_is_no_section()
    {
        using var bench = new SamplerBench("vm-no-sensors");
        Assert.Null(bench.Section(ArraysSection.Definition, SampleOutcome.NoData, new MdSampler(bench.Host.Roots(), bench.Time)));
    }

    [Theory]
    [InlineData("1024 / 4096\n", 0.25)]
    [InlineData("none\n", null)]
    [InlineData("5 / 0", null)]
    [InlineData("5 / 4", null)]
    [InlineData("1 2 3", null)]
    [InlineData("", null)]
    public void Progress(string text, double? expected) =>
        Assert.Equal(expected, MdSampler.ParseProgress(Encoding.UTF8.GetBytes(text)));
}
