using System.Text;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Disks;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Disks;

public sealed class MmcSamplerTests
{
    private readonly SnapshotBuilder _builder = new();

    [Fact]
    public void An_eMMC_reports_its_wear_and_an_SD_card_does_not()
    {
        using var host = new FixtureHost("vm-no-sensors");
        host.Write("sys/block/mmcblk0/device/name", "AJTD4R\n"u8);
        host.Write("sys/block/mmcblk0/device/life_time", "0x02 0x0B\n"u8);
        host.Write("sys/block/mmcblk0/device/pre_eol_info", "0x01\n"u8);
        host.Write("sys/block/mmcblk1/device/name", "SD32G\n"u8);
        host.Write("sys/block/mmcblk0boot0/device/life_time", "0x02 0x0B\n"u8);
        var sampler = new MmcSampler(host.Roots(), NameFilter.None, new ManualTimeProvider());

        Assert.Equal(SampleOutcome.Ok, sampler.Sample(_builder));

        var section = _builder.Section(MmcSection.Definition).Build()!;
        var entry = section.Find("mmcblk0")!.Value;
        Assert.Equal(1, section.EntryCount);
        Assert.Equal((0.2, 1), (entry[MmcSection.LifeARatio], entry[MmcSection.LifeBRatio]));
        Assert.Equal(1, entry[MmcSection.PreEndOfLife]);
        Assert.Equal("AJTD4R", entry.Text(MmcSection.ProductName));
    }

    [Fact]
    public void Implausible_wear_is_a_failure()
    {
        using var host = new FixtureHost("vm-no-sensors");
        host.Write("sys/block/mmcblk0/device/life_time", "worn\n"u8);
        var sampler = new MmcSampler(host.Roots(), NameFilter.None, new ManualTimeProvider());

        Assert.Equal(SampleOutcome.Failed, sampler.Sample(_builder));
        Assert.Null(_builder.Section(MmcSection.Definition).Build());
    }

    [Theory]
    [InlineData("0x01 0x0A\n", true, 0.1, 1.0)]
    [InlineData("0x00 0x03", true, null, 0.3)]
    [InlineData("0x0B 0x01 0x02\n", true, 1.0, 0.1)]
    [InlineData("0x0C 0x01\n", true, null, 0.1)]
    [InlineData("0x100 0x01\n", false, null, null)]
    [InlineData("0x01", false, null, null)]
    [InlineData("01 02", false, null, null)]
    [InlineData("0xFFFFFFFFFFFFFFFF 0x01", false, null, null)]
    [InlineData("", false, null, null)]
    public void Life_times(string text, bool isAccepted, double? typeA, double? typeB)
    {
        Assert.Equal(isAccepted, MmcSampler.TryParseLife(Encoding.UTF8.GetBytes(text), out var a, out var b));
        Assert.Equal((typeA, typeB), (a, b));
    }

    [Theory]
    [InlineData("0x03\n", true, 3)]
    [InlineData("0x00", true, null)]
    [InlineData("0x04\n", true, null)]
    [InlineData("4\n", false, null)]
    [InlineData("", false, null)]
    public void States_of_spare_blocks(string text, bool isAccepted, int? state)
    {
        Assert.Equal(isAccepted, MmcSampler.TryParsePreEndOfLife(Encoding.UTF8.GetBytes(text), out var parsed));
        Assert.Equal(state, parsed);
    }
}
