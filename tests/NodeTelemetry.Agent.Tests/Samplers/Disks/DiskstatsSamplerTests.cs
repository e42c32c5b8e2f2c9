using System.Text;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Disks;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Disks;

public sealed class DiskstatsSamplerTests : IDisposable
{
    private const string Counters = "10 1 20 3000 40 5 60 7000 8 9000 10000 11 12 13 14 15 16\n";

    private readonly FixtureHost _host = new("rpi4-bookworm");
    private readonly ManualTimeProvider _time = new();
    private readonly SnapshotBuilder _builder = new();

    public DiskstatsSamplerTests()
    {
        _host.Remove("sys/block");
        foreach (var device in (string[])["mmcblk0", "mmcblk0boot0", "sda"])
        {
            _host.Write($"sys/block/{device}/device/name", "x"u8);
        }

        _host.Write("sys/block/mmcblk0/size", "1000\n"u8);
        _host.Write("sys/block/sda/size", "0\n"u8);
        _host.Write("sys/block/zram0/size", "1000\n"u8);
        _host.Write("sys/block/cciss!c0d0/device/name", "x"u8);
        Write("   7 0 zram0 ", " 179 0 mmcblk0 ", " 179 1 mmcblk0p1 ", " 179 8 mmcblk0boot0 ", " 8 0 sda ");
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Counters_are_in_bytes_and_seconds()
    {
        using var sampler = Make(NameFilter.None);
        var entry = Sample(sampler)!.Find("mmcblk0")!.Value;

        Assert.Equal(20 * 512, entry[DisksSection.ReadBytes]);
        Assert.Equal(60 * 512, entry[DisksSection.WrittenBytes]);
        Assert.Equal((10, 40), (entry[DisksSection.Reads], entry[DisksSection.Writes]));
        Assert.Equal((3, 7), (entry[DisksSection.ReadSeconds], entry[DisksSection.WriteSeconds]));
        Assert.Equal((9, 10), (entry[DisksSection.BusySeconds], entry[DisksSection.WeightedSeconds]));
        Assert.Equal(8, entry[DisksSection.InFlight]);
        Assert.Equal(60 * 512, entry[DisksSection.WrittenPerDayBytes]);
    }

    [Fact]
    public void A_day_is_not_extrapolated_from_the_first_hour()
    {
        using var sampler = Make(NameFilter.None);
        Assert.Null(Sample(sampler, uptimeSeconds: 3599)!.Find("mmcblk0")!.Value[DisksSection.WrittenPerDayBytes]);
    }

    [Fact]
    public void Whole_devices_that_are_hardware_and_hold_something_are_read_unless_patterns_say_otherwise()
    {
        Assert.Equal(["mmcblk0"], Names(NameFilter.None));
        Assert.Equal(["zram0", "sda"], Names(new NameFilter(["zram*", "sd?", "mmcblk0p1"], [])));
        Assert.Empty(Names(new NameFilter([], ["mmc*"])));
    }

    [Fact]
    public void Devices_come_and_go_and_keep_their_lines_apart()
    {
        using var sampler = Make(NameFilter.None);
        Assert.Equal(["mmcblk0"], Names(Sample(sampler)));

        Write(" 72 0 cciss/c0d0 ", " 179 0 mmcblk0 ");
        Assert.Equal(["cciss/c0d0", "mmcblk0"], Names(Sample(sampler)));
        Write(" 179 0 mmcblk0 ");
        Assert.Equal(["mmcblk0"], Names(Sample(sampler)));
        Write(" 7 0 zram0 ");
        Assert.Empty(Names(Sample(sampler)));
    }

    /// <summary>The paths of a multipath disk are hidden devices; the disk counts what they transfer since Linux 6.2.</summary>
    [Theory]
    [InlineData("1 0 20 3000 40 5 60 7000 0 9000 10000", 20)]
    [InlineData("0 0 0 0 0 0 0 0 0 0 0", 40)]
    public void The_bytes_of_a_multipath_disk_are_counted_once(string ownCounters, double sectors)
    {
        foreach (var device in (string[])["nvme0c0n1", "nvme0c1n1", "nvme0n1"])
        {
            _host.Write($"sys/block/{device}/device/model", "x"u8);
            _host.Write($"sys/block/{device}/size", "1000\n"u8);
            _host.Write($"sys/block/{device}/hidden", device == "nvme0n1" ? "0\n"u8 : "1\n"u8);
        }

        _host.Write(
            "proc/diskstats",
            Encoding.UTF8.GetBytes($"259 0 nvme0c0n1 {Counters}259 1 nvme0n1 {ownCounters}\n259 2 nvme0n1p1 {Counters}259 3 nvme0c1n1 {Counters}"));
        using var sampler = Make(NameFilter.None);
        var section = Sample(sampler);
        Assert.Equal(["nvme0n1"], Names(section));
        Assert.Equal(sectors * 512, section![0][DisksSection.ReadBytes]);
        Assert.Equal(["nvme0c1n1"], Names(new NameFilter(["nvme0c1n1"], [])));
    }

    [Fact]
    public void A_hidden_device_is_not_read_and_a_negative_queue_is_unknown()
    {
        _host.Write("sys/block/mmcblk0/hidden", "1\n"u8);
        Assert.Empty(Names(NameFilter.None));

        _host.Write("sys/block/mmcblk0/hidden", "0\n"u8);
        _host.Write("proc/diskstats", "179 0 mmcblk0 10 1 20 3000 40 5 60 7000 4294967295 9000 10000\n"u8);
        using var sampler = Make(NameFilter.None);
        var entry = Sample(sampler)!.Find("mmcblk0")!.Value;
        Assert.Equal(10, entry[DisksSection.Reads]);
        Assert.Null(entry[DisksSection.InFlight]);
    }

    [Theory]
    [InlineData("nvme0c0n1", "nvme0n1")]
    [InlineData("nvme12c34n5", "nvme12n5")]
    [InlineData("nvme0n1", null)]
    [InlineData("nvme0c0n1p1", null)]
    [InlineData("nvmec0n1", null)]
    [InlineData("nvme0cn1", null)]
    [InlineData("nvme0c0n", null)]
    [InlineData("cciss/c0d0", null)]
    [InlineData("", null)]
    public void Paths_of_disks(string name, string? disk) => Assert.Equal(disk, DiskPaths.FindDisk(name));

    [Fact]
    public void A_card_that_is_put_into_its_reader_is_found()
    {
        using var sampler = Make(NameFilter.None);
        Sample(sampler);
        _host.Write("sys/block/sda/size", "2000\n"u8);
        _time.Advance(DiskstatsSampler.RescanPeriod);
        Assert.Equal(["mmcblk0", "sda"], Names(Sample(sampler)));
    }

    [Theory]
    [InlineData("1 2 3 4 5 6 7 8 9 10 11", true)]
    [InlineData("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19\n", true)]
    [InlineData("18446744073709551615 2 3 4 5 6 7 8 9 10 11", true)]
    [InlineData("18446744073709551616 2 3 4 5 6 7 8 9 10 11", false)]
    [InlineData("1 2 3 4 5 6 7 8 9 10", false)]
    [InlineData("1 2 3 4 five 6 7 8 9 10 11", false)]
    [InlineData("", false)]
    public void Counters_of_a_line(string text, bool isAccepted)
    {
        var words = new AsciiReader(Encoding.UTF8.GetBytes(text));
        Assert.Equal(isAccepted, DiskCounters.TryParse(ref words, out _));
    }

    [Fact]
    public void A_damaged_line_fails_and_costs_no_other()
    {
        _host.Write("proc/diskstats", Encoding.UTF8.GetBytes($"x\n179 0 mmcblk0 {Counters}"));
        using var sampler = Make(NameFilter.None);
        Assert.Equal(SampleOutcome.Failed, sampler.Sample(_builder));
        Assert.Equal(["mmcblk0"], Names(_builder.Section(DisksSection.Definition).Build()));
    }

    private static string[] Names(SectionReading? section) =>
        [.. Enumerable.Range(0, section?.EntryCount ?? 0).Select(index => section![index].Name!)];

    private string[] Names(NameFilter filter)
    {
        using var sampler = Make(filter);
        return Names(Sample(sampler));
    }

    private void Write(params string[] lines) =>
        _host.Write("proc/diskstats", Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + Counters))));

    private DiskstatsSampler Make(NameFilter filter) => new(_host.Roots(), filter, _time);

    private SectionReading? Sample(DiskstatsSampler sampler, long uptimeSeconds = 86_400)
    {
        _builder.Reset();
        _builder.UptimeSeconds = uptimeSeconds;
        sampler.Sample(_builder);
        return _builder.Section(DisksSection.Definition).Build();
    }
}
