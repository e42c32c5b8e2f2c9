using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers.System;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Samplers.Disks;

/// <summary>I/O of block devices from <c>/proc/diskstats</c>.</summary>
/// <remarks>By default whole hardware devices with a medium: no partitions, no loop, ram or zram,
/// and no devices made of others. Runs after <see cref="UptimeSampler"/>.</remarks>
internal sealed class DiskstatsSampler : ISampler, IDisposable
{
    /// <summary>How often to check for an inserted card: an empty reader has a line too.</summary>
    public static readonly TimeSpan RescanPeriod = TimeSpan.FromSeconds(30);

    /// <summary>The minimum uptime for a daily average, so that writes at boot do not distort it.</summary>
    public const long UptimeSecondsMin = 3600;

    private const double SecondsADay = 86_400;

    /// <summary>Some kernels count requests twice as completed; the difference is then negative, written unsigned.
    /// </summary>
    private const ulong InFlightMax = int.MaxValue;

    /// <summary>Some thousand lines of partitions.</summary>
    private const int TextBytesMax = 512 * 1024;
    private const int LineCountMax = 4096;
    private const int SizeBytesMax = 32;

    private readonly KernelRoots _roots;
    private readonly NameFilter _filter;
    private readonly TimeProvider _time;
    private readonly GrowingFile _file;
    private readonly NameTable<BlockDevice> _names;
    private readonly DiskPaths _paths = new();
    private long _scanned;

    /// <summary>Initializes a new instance of the <see cref="DiskstatsSampler"/> class.</summary>
    public DiskstatsSampler(KernelRoots roots, NameFilter filter, TimeProvider time)
    {
        _roots = roots;
        _filter = filter;
        _time = time;
        _file = new GrowingFile(roots.ProcFile("diskstats"), TextBytesMax);
        _names = new NameTable<BlockDevice>(Find, LineCountMax);
        _scanned = time.GetTimestamp();
    }

    /// <inheritdoc/>
    public string Name => "diskstats";

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        var outcome = _file.Read(out var text);
        if (outcome != FileOutcome.Ok)
        {
            return SampleOutcomes.FromFile(outcome);
        }

        if (_time.GetElapsedTime(_scanned) >= RescanPeriod)
        {
            _scanned = _time.GetTimestamp();
            _names.Trim(0);
        }

        var section = into.Section(DisksSection.Definition);
        _paths.Clear();
        var isSound = true;
        var index = 0;
        var lines = new AsciiReader(text);
        while (lines.TryReadLine(out var line))
        {
            if (!DiskCounters.TryReadName(line, out var name, out var words))
            {
                isSound = false;
            }
            else if (_names.Find(index++, name) is { } device)
            {
                if (!DiskCounters.TryParse(ref words, out var counters))
                {
                    isSound = false;
                }
                else if (device.PathOf is { } disk)
                {
                    _paths.Add(disk, counters);
                }
                else if (section.Begin(device.Name))
                {
                    Add(section, counters, into.UptimeSeconds);
                    AddHealth(section, device.Health);
                }
            }
        }

        AddPaths(section, into.UptimeSeconds);
        _names.Trim(index);
        return !isSound ? SampleOutcome.Failed
            : section.EntryCount > 0 ? SampleOutcome.Ok
            : SampleOutcome.NoData;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static void Add(SectionBuilder into, DiskCounters counters, long? uptimeSeconds)
    {
        var written = (double)counters.WrittenSectors * DiskCounters.SectorBytes;
        into.Set(DisksSection.ReadBytes, (double)counters.ReadSectors * DiskCounters.SectorBytes);
        into.Set(DisksSection.WrittenBytes, written);
        into.Set(DisksSection.Reads, (double)counters.Reads);
        into.Set(DisksSection.Writes, (double)counters.Writes);
        into.Set(DisksSection.ReadSeconds, counters.ReadMilliseconds / 1000.0);
        into.Set(DisksSection.WriteSeconds, counters.WriteMilliseconds / 1000.0);
        into.Set(DisksSection.BusySeconds, counters.BusyMilliseconds / 1000.0);
        into.Set(DisksSection.WeightedSeconds, counters.WeightedMilliseconds / 1000.0);
        if (counters.InFlight <= InFlightMax)
        {
            into.Set(DisksSection.InFlight, (double)counters.InFlight);
        }

        if (uptimeSeconds is >= UptimeSecondsMin)
        {
            into.Set(DisksSection.WrittenPerDayBytes, Math.Round(written * SecondsADay / uptimeSeconds.Value));
        }
    }

    private static void AddHealth(SectionBuilder into, DiskHealth health)
    {
        health.Refresh();
        into.Set(DisksSection.Errors, health.Errors);
        if (health.IsOnline is { } isOnline)
        {
            into.Set(DisksSection.Online, isOnline);
        }
    }

    /// <summary>Gives a disk that counts nothing itself what its paths have counted.</summary>
    private void AddPaths(SectionBuilder section, long? uptimeSeconds)
    {
        for (var index = 0; index < _paths.Count; index++)
        {
            var (disk, counters) = _paths[index];
            if (section.TryResume(disk)
                && section.Number(DisksSection.Reads) is 0 && section.Number(DisksSection.Writes) is 0)
            {
                Add(section, counters, uptimeSeconds);
            }
        }
    }

    private BlockDevice? Find(string name)
    {
        // /sys writes the slashes of names such as cciss/c0d0 as exclamation marks; only whole devices are in there.
        var folder = _roots.SysFile("block/" + name.Replace('/', '!'));
        if (!Directory.Exists(folder))
        {
            return null;
        }

        if (DiskPaths.FindDisk(name) is { } disk && _filter.Decide(name) is null)
        {
            return new BlockDevice(name, new DiskHealth(folder, _time), disk);
        }

        // The boot partitions of an eMMC are devices of their own, 4 MB each.
        var isBootPartition = name.StartsWith("mmcblk", StringComparison.Ordinal)
            && name.Contains("boot", StringComparison.Ordinal);
        var isRead = _filter.Decide(name)
            ?? (!isBootPartition && Directory.Exists(Path.Join(folder, "device")) && !IsHidden(folder)
                && HoldsSomething(folder));
        return isRead ? new BlockDevice(name, new DiskHealth(folder, _time), PathOf: null) : null;
    }

    /// <summary>A hidden device cannot be opened: another one in front of it counts the same transfers.</summary>
    private static bool IsHidden(string folder)
    {
        Span<byte> text = stackalloc byte[SizeBytesMax];
        return KernelFile.ReadOnce(Path.Join(folder, "hidden"), text, out var length) == FileOutcome.Ok
            && text[..length].StartsWith("1"u8);
    }

    /// <summary>Card readers without a card and drives without a disc have a size of 0.</summary>
    private static bool HoldsSomething(string folder)
    {
        Span<byte> text = stackalloc byte[SizeBytesMax];
        return KernelFile.ReadOnce(Path.Join(folder, "size"), text, out var length) != FileOutcome.Ok
            || !new AsciiReader(text[..length].TrimEnd((byte)'\n')).TryReadInteger(out var sectors)
            || sectors > 0;
    }
}
