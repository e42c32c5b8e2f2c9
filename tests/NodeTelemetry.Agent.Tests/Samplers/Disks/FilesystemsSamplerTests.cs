using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Disks;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Disks;

public sealed class FilesystemsSamplerTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);

    private readonly ManualTimeProvider _time = new();
    private readonly RecordingLogger _logger = new();
    private readonly SnapshotBuilder _builder = new();

    [Fact]
    public void Space_is_what_statvfs_says_and_used_is_what_df_says()
    {
        using var disk = TinyFileSystem.TryMount(4 * 1024 * 1024, out var reason);
        Assert.SkipWhen(disk is null, reason);
        using var sampler = Make(new NameFilter([disk!.Path], []), Deadline);
        File.WriteAllBytes(Path.Combine(disk.Path, "file"), new byte[1024 * 1024]);

        var entry = Sample(sampler)!.Find(disk.Path)!.Value;

        Assert.Equal("tmpfs", entry.Text(FilesystemsSection.FsType));
        Assert.Equal(4 * 1024 * 1024, entry[FilesystemsSection.SizeBytes]);
        Assert.Equal(3 * 1024 * 1024, entry[FilesystemsSection.FreeBytes]);
        Assert.Equal(0.25, entry[FilesystemsSection.UsedRatio]);
        Assert.True(entry[FilesystemsSection.Inodes] > entry[FilesystemsSection.InodesFree]);
        Assert.Equal(0, entry[FilesystemsSection.ReadOnly]);
        Assert.Null(entry[FilesystemsSection.Stuck]);
    }

    [Fact]
    public void A_mount_that_comes_or_goes_is_known_at_the_next_tick()
    {
        using var first = TinyFileSystem.TryMount(1024 * 1024, out var reason);
        Assert.SkipWhen(first is null, reason);
        using var sampler = Make(new NameFilter(["/tmp/nodetelemetry-disk-*"], []), Deadline);
        Assert.NotNull(Sample(sampler)!.Find(first!.Path));

        // The clock stands still, so only the kernel's event can have triggered it.
        string path;
        using (var second = TinyFileSystem.TryMount(1024 * 1024, out _))
        {
            path = second!.Path;
            Assert.NotNull(Sample(sampler)!.Find(path));
        }

        Assert.Null(Sample(sampler)!.Find(path));
    }

    /// <summary>A real mount whose server does not answer: the call hangs in the kernel until the server does.</summary>
    [Fact]
    public async Task An_unresponsive_server_is_stuck_until_it_recovers_and_delays_nothing_else()
    {
        using var dead = FuseFileSystem.TryMount(out var reason);
        Assert.SkipWhen(dead is null, reason);
        using var alive = TinyFileSystem.TryMount(1024 * 1024, out _);
        using var sampler = Make(new NameFilter([dead!.Path, alive!.Path], []), Short);

        for (var tick = 0; tick < 3; tick++)
        {
            var section = Sample(sampler)!;
            var stuck = section.Find(dead.Path)!.Value;
            Assert.Equal(1, stuck[FilesystemsSection.Stuck]);
            Assert.Equal("fuse", stuck.Text(FilesystemsSection.FsType));
            Assert.Null(stuck[FilesystemsSection.SizeBytes]);
            Assert.NotNull(section.Find(alive.Path)!.Value[FilesystemsSection.SizeBytes]);
        }

        dead.Answer();
        await Eventually.TrueAsync(
            () => Task.FromResult(Sample(sampler)!.Find(dead.Path)!.Value[FilesystemsSection.Stuck] == 0), Deadline);

        var back = Sample(sampler)!.Find(dead.Path)!.Value;
        Assert.Equal(FuseFileSystem.Blocks * FuseFileSystem.BlockBytes, back[FilesystemsSection.SizeBytes]);

        // Half of the blocks is free and a quarter is for everybody: 500 used of 750.
        Assert.Equal(500 / 750.0, back[FilesystemsSection.UsedRatio]!.Value, 4);
        Assert.Equal(2, _logger.Lines.Count);
        Assert.StartsWith(
            $"Warning 1051 The file system at {dead.Path} (nodetelemetry, fuse) does not respond",
            _logger.Lines[0],
            StringComparison.Ordinal);
        Assert.Contains("responds again", _logger.Lines[1], StringComparison.Ordinal);
    }

    /// <summary>Once late it is not waited for again: only a second later it is called stuck, and its last values stay
    /// until then.</summary>
    [Fact]
    public async Task A_server_that_hangs_again_is_asked_rarely_and_called_stuck_again()
    {
        using var server = FuseFileSystem.TryMount(out var reason);
        Assert.SkipWhen(server is null, reason);
        using var sampler = Make(new NameFilter([server!.Path], []), Short);
        Sample(sampler);
        server.Answer();
        await Eventually.TrueAsync(() => Task.FromResult(Stuck() == 0), Deadline);

        server.Hang();
        Assert.Equal(0, Stuck());
        _time.Advance(Mount.RemotePeriod);
        Assert.Equal(0, Stuck());
        _time.Advance(Mount.StuckAfter);
        Assert.Equal(1, Stuck());

        server.Answer();
        await Eventually.TrueAsync(() => Task.FromResult(Stuck() == 0), Deadline);
        Assert.Equal(4, _logger.Lines.Count);

        double? Stuck() => Sample(sampler)!.Find(server.Path)!.Value[FilesystemsSection.Stuck];
    }

    [Fact]
    public void A_mount_that_cannot_be_asked_is_there_without_its_space()
    {
        using var host = new FixtureHost("rpi4-bookworm");
        host.Write("proc/self/mountinfo", "30 1 8:1 / / rw - ext4 /dev/sda1 ro,errors=remount-ro\n"u8);
        using var sampler = new FilesystemsSampler(
            host.Roots(), NameFilter.None, Deadline, _time, NullLogger.Instance);

        var entry = Sample(sampler)!.Find("/")!.Value;
        Assert.Equal("/dev/sda1", entry.Text(FilesystemsSection.Device));
        Assert.Equal(1, entry[FilesystemsSection.ReadOnly]);
        Assert.Null(entry[FilesystemsSection.SizeBytes]);
    }

    [Fact]
    public void What_became_read_only_after_an_error_is_found_within_the_rescan_period()
    {
        using var host = new FixtureHost("rpi4-bookworm");
        host.Write("proc/self/mountinfo", "30 1 8:1 / / rw - ext4 /dev/sda1 rw\n"u8);
        using var sampler = new FilesystemsSampler(
            host.Roots(), NameFilter.None, Deadline, _time, NullLogger.Instance);
        Assert.Equal(0, Sample(sampler)!.Find("/")!.Value[FilesystemsSection.ReadOnly]);

        host.Write("proc/self/mountinfo", "30 1 8:1 / / rw - ext4 /dev/sda1 rw,emergency_ro\n"u8);
        _time.Advance(FilesystemsSampler.RescanPeriod);
        Assert.Equal(1, Sample(sampler)!.Find("/")!.Value[FilesystemsSection.ReadOnly]);
    }

    [Theory]
    [InlineData("rpizero2w-bookworm", "/ /boot/firmware")]
    [InlineData("container", "/ /data")]
    [InlineData("vm-no-sensors", "/")]
    public void Chooses_the_real_ones(string name, string expected)
    {
        using var host = new FixtureHost(name);
        Assert.Equal(expected, Chosen(File.ReadAllBytes(Path.Combine(host.Proc, "self/mountinfo")), NameFilter.None));
    }

    [Theory]
    [InlineData("1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:1 /srv /srv rw - ext4 /dev/sda1 rw\n", "/")]
    [InlineData("1 0 8:1 / /mnt/long rw - ext4 /dev/sda1 rw\n2 1 8:1 / /mnt rw - ext4 /dev/sda1 rw\n", "/mnt")]
    [InlineData("1 0 0:9 /@ / rw - btrfs /dev/sda1 rw\n2 1 0:9 /@home /home rw - btrfs /dev/sda1 rw\n", "/")]
    [InlineData("1 0 8:1 / /mnt rw - ext4 /dev/sda1 rw\n2 1 0:5 / /mnt rw - tmpfs tmpfs rw\n", "")]
    [InlineData("1 0 0:5 / /m rw - autofs systemd-1 rw\n2 1 0:6 / /m rw - nfs4 nas:/a rw\n", "/m")]
    [InlineData("1 0 0:6 / /a rw - nfs nas:/a rw\n2 1 0:6 / /b rw - nfs nas:/b rw\n", "/a /b")]
    [InlineData("1 0 0:6 / / rw - overlay overlay rw\n2 1 0:7 / /var/lib/docker/x rw - overlay overlay rw\n", "/")]
    [InlineData("1 0 0:60 / / rw - zfs rpool/x rw\n2 1 8:17 /media /mnt/media rw - ext4 /dev/sdb1 rw\n", "/ /mnt/media")]
    [InlineData("1 0 0:60 / / rw - zfs rpool/x rw\n2 1 8:17 /m/a /mnt/a rw - ext4 /dev/sdb1 rw\n3 1 8:17 /m /mnt/media rw - ext4 /dev/sdb1 rw\n4 1 8:18 / /w rw - ext4 /dev/sdb2 rw\n", "/ /mnt/a /w")]
    [InlineData("1 0 8:1 / /long/path rw - ext4 /dev/sda1 rw\n2 1 8:1 /d /d rw - ext4 /dev/sda1 rw\n", "/long/path")]
    [InlineData("1 0 8:1 /d /d rw - ext4 /dev/sda1 rw\n2 1 8:1 / /long/path rw - ext4 /dev/sda1 rw\n", "/long/path")]
    [InlineData("1 0 0:6 / / rw - overlay overlay rw\n2 1 8:1 /x/resolv.conf /etc/resolv.conf rw - ext4 /dev/sda1 rw\n3 1 8:1 /x/hosts /etc/hosts rw - ext4 /dev/sda1 rw\n", "/")]
    [InlineData("1 0 8:1 / /a\\040b rw shared:1 master:2 - vfat /dev/sdb1 rw\n", "/a b")]
    public void Hides_what_is_no_file_system_of_its_own(string text, string expected) =>
        Assert.Equal(expected, Chosen(Encoding.UTF8.GetBytes(text), NameFilter.None));

    [Fact]
    public void A_full_limit_leaves_out_bind_mounts_and_servers_before_disks()
    {
        var binds = string.Concat(Enumerable.Range(0, 100).Select(static index => $"2 1 9:{index} /a /b{index} rw - ext4 /dev/sd{index} rw\n"));
        var servers = string.Concat(Enumerable.Range(0, 100).Select(static index => $"2 1 0:{index} / /n{index} rw - nfs4 nas:/{index} rw\n"));
        var disks = string.Concat(Enumerable.Range(0, 60).Select(static index => $"2 1 8:{index} / /a/long/path/{index} rw - ext4 /dev/sda{index} rw\n"));
        var text = Encoding.UTF8.GetBytes(binds + servers + disks + "1 0 0:6 / / rw - overlay overlay rw\n");

        var selected = MountSelection.Select(text, NameFilter.None, out var dropped);
        Assert.Equal((MountSelection.CountMax, 261 - MountSelection.CountMax), (selected.Count, dropped));
        Assert.Equal("/", selected[^1].Info.MountPoint);
        Assert.Equal(60, selected.Count(static mount => mount.Info.FsType == "ext4"));
    }

    [Theory]
    [InlineData(new[] { 100UL, 50UL, 40UL, 10UL, 5UL }, 100, 40, 10)]
    [InlineData(new[] { 100UL, 5UL, ulong.MaxValue - 4, 0UL, 0UL }, 100, 0, 0)]
    [InlineData(new[] { ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue }, 0, 0, 0)]
    [InlineData(new[] { 100UL, 50UL, 40UL, 10UL, 4294967295UL }, 100, 40, 0)]
    public void What_a_server_does_not_know_is_unknown(ulong[] counts, ulong blocks, ulong available, ulong inodes)
    {
        var space = FilesystemSpace.FromCounts(4096, counts);
        Assert.Equal((blocks, available, inodes), (space.Blocks, space.BlocksAvailable, space.Inodes));
    }

    [Fact]
    public void Patterns_choose_what_the_rule_would_not_and_leave_out_what_it_would()
    {
        var text = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:5 / /tmp rw - tmpfs tmpfs rw\n"u8;
        Assert.Equal("/tmp", Chosen(text, new NameFilter(["/tm?"], [])));
        Assert.Equal(string.Empty, Chosen(text, new NameFilter([], ["/*"])));
        Assert.Equal("/", Chosen(text, new NameFilter(["*"], ["/t*"])));
    }

    [Theory]
    [InlineData("1 0 0:6 / /n rw - nfs4 nas:/a rw\n2 1 8:1 / /n/usb rw - ext4 /dev/sda1 rw\n", "/n:True /n/usb:True")]
    [InlineData("1 0 0:6 / /n rw - zfs tank rw\n2 1 8:1 / /usb rw - fuseblk /dev/sda1 rw\n", "/n:False /usb:True")]
    [InlineData("1 0 0:6 / /n rw - nfs4 nas:/a rw\n2 1 8:1 / /nas rw - ext4 /dev/sda1 rw\n", "/n:True /nas:False")]
    public void Whatever_depends_on_a_server_may_hang(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', MountSelection.Select(Encoding.UTF8.GetBytes(text), NameFilter.None, out _)
            .Select(static mount => $"{mount.Info.MountPoint}:{mount.MayHang}")));

    [Theory]
    [InlineData("")]
    [InlineData("1 0 8:1 / /")]
    [InlineData("1 0 8:1 / / rw - ")]
    [InlineData("1 0 8:1 / / rw shared:1")]
    [InlineData("x 0 8:1 / / rw - ext4 /dev/sda1 rw")]
    [InlineData("99999999999999999999 0 8:1 / / rw - ext4 /dev/sda1 rw")]
    [InlineData("1 0 8 / / rw - ext4 /dev/sda1 rw")]
    [InlineData("1 0 8:1 / relative rw - ext4 /dev/sda1 rw")]
    public void Lines_of_another_shape_are_passed_over(string line) =>
        Assert.Null(MountInfo.Parse(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void A_line_may_have_more_fields_no_source_and_no_final_newline()
    {
        var mount = MountInfo.Parse("1 0 0:5 / /a\\134b rw a b c - tmpfs  ro,size=4k more"u8)!;
        Assert.Equal(("/a\\b", "tmpfs"), (mount.MountPoint, mount.FsType));
    }

    private static string Chosen(ReadOnlySpan<byte> text, NameFilter filter) =>
        string.Join(' ', MountSelection.Select(text, filter, out _).Select(static mount => mount.Info.MountPoint));

    private FilesystemsSampler Make(NameFilter filter, TimeSpan wait) =>
        new(new KernelRoots(), filter, wait, _time, _logger);

    private SectionReading? Sample(FilesystemsSampler sampler)
    {
        _builder.Reset();
        sampler.Sample(_builder);
        return _builder.Section(FilesystemsSection.Definition).Build();
    }
}
