using System.Text;
using NodeTelemetry.Agent.Samplers.Disks;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Disks;

public sealed class DiskHealthTests
{
    [Theory]
    [InlineData("running", "0x1a", true, 26.0)]
    [InlineData("offline", "0x0", false, 0.0)]
    [InlineData("live", null, true, null)]
    [InlineData("dead", null, false, null)]
    [InlineData(null, null, null, null)]
    public void The_kernel_knows_without_waking_the_disk(string? state, string? errors, bool? isOnline, double? count)
    {
        using var bench = new SamplerBench("vm-no-sensors");
        bench.Write("sys/block/sda/size", "1\n");
        foreach (var (file, text) in (ReadOnlySpan<(string, string?)>)[("state", state), ("ioerr_cnt", errors)])
        {
            if (text is not null)
            {
                bench.Write("sys/block/sda/device/" + file, text + "\n");
            }
        }

        var health = new DiskHealth(Path.Combine(bench.Host.Sys, "block/sda"), bench.Time);
        health.Refresh();
        Assert.Equal((isOnline, count), (health.IsOnline, health.Errors));
    }

    [Theory]
    [InlineData("0x0\n", 0.0)]
    [InlineData("0xffffffff", 4294967295.0)]
    [InlineData("26", null)]
    [InlineData("0x", null)]
    [InlineData("0x100000000", null)]
    [InlineData("", null)]
    public void Counts(string text, double? expected) =>
        Assert.Equal(expected, DiskHealth.ParseCount(Encoding.UTF8.GetBytes(text)));
}
