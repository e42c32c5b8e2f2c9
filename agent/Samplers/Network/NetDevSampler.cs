using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Samplers.Network;

/// <summary>Traffic of network interfaces from <c>/proc/net/dev</c>,
/// and their links from <c>/sys/class/net</c>.</summary>
/// <remarks>One file has the counters of all interfaces; /sys has one file per counter.
/// By default only hardware interfaces; where there are none, as in a container, the Ethernet ones.
/// Of interfaces that are stacked on each other only one is read, because both count the same bytes.</remarks>
internal sealed class NetDevSampler : ISampler, IDisposable
{
    /// <summary>Hosts of a thousand containers have as many lines of 130 bytes.</summary>
    private const int TextBytesMax = 512 * 1024;
    private const int LineCountMax = 4096;

    /// <summary>ARPHRD_ETHER.</summary>
    private const string EthernetType = "1";
    private const int TypeBytesMax = 16;

    private readonly KernelRoots _roots;
    private readonly NameFilter _filter;
    private readonly TimeSpan _wait;
    private readonly TimeProvider _time;
    private readonly GrowingFile _file;
    private readonly NameTable<NetworkInterface> _interfaces;
    private readonly bool _isOwnNetwork;
    private bool? _hasHardware;
    private bool _isOutdated;

    /// <summary>Initializes a new instance of the <see cref="NetDevSampler"/> class.</summary>
    /// <param name="roots">Where to read.</param>
    /// <param name="filter">Which interfaces.</param>
    /// <param name="wait">How long a tick waits for a Wi-Fi chip.</param>
    /// <param name="time">The clock.</param>
    public NetDevSampler(KernelRoots roots, NameFilter filter, TimeSpan wait, TimeProvider time)
    {
        _roots = roots;
        _filter = filter;
        _wait = wait;
        _time = time;
        _file = new GrowingFile(roots.NetworkFile("dev"), TextBytesMax);
        _interfaces = new NameTable<NetworkInterface>(Find, LineCountMax);
        _isOwnNetwork = IsOwnNetwork(roots);
    }

    /// <inheritdoc/>
    public string Name => "netdev";

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        var outcome = _file.Read(out var text);
        if (outcome != FileOutcome.Ok)
        {
            return SampleOutcomes.FromFile(outcome);
        }

        if (_isOutdated)
        {
            _isOutdated = false;
            _interfaces.Trim(0);
        }

        var section = into.Section(NetworkSection.Definition);
        var isSound = true;
        var index = 0;
        var lines = new AsciiReader(text);
        while (lines.TryReadLine(out var line))
        {
            if (InterfaceCounters.TryReadName(line, out var name, out var words)
                && _interfaces.Find(index++, name) is { } found)
            {
                if (!InterfaceCounters.TryParse(ref words, out var counters))
                {
                    isSound = false;
                }
                else if (section.Begin(found.Name))
                {
                    Add(section, counters);
                    found.Add(section);
                }
            }
        }

        _interfaces.Trim(index);
        return !isSound ? SampleOutcome.Failed
            : section.EntryCount > 0 ? SampleOutcome.Ok
            : SampleOutcome.NoData;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _interfaces.Trim(0);
    }

    private static void Add(SectionBuilder into, InterfaceCounters counters)
    {
        into.Set(NetworkSection.ReceivedBytes, (double)counters.ReceivedBytes);
        into.Set(NetworkSection.SentBytes, (double)counters.SentBytes);
        into.Set(NetworkSection.ReceivedPackets, (double)counters.ReceivedPackets);
        into.Set(NetworkSection.SentPackets, (double)counters.SentPackets);
        into.Set(NetworkSection.ReceiveDrops, (double)counters.ReceiveDrops);
        into.Set(NetworkSection.SendDrops, (double)counters.SendDrops);
        into.Set(NetworkSection.ReceiveErrors, (double)counters.ReceiveErrors);
        into.Set(NetworkSection.SendErrors, (double)counters.SendErrors);
    }

    private NetworkInterface? Find(string name)
    {
        var folder = _roots.SysFile("class/net/" + name);
        _hasHardware ??= Array.Exists(KernelRoots.Folders(_roots.SysFile("class/net")), IsHardware);
        if (_hasHardware == false && IsHardware(folder))
        {
            // The first hardware interface has appeared: it replaces the virtual ones.
            _hasHardware = _isOutdated = true;
        }

        var isRead = _filter.Decide(name)
            ?? (_hasHardware == true ? IsHardware(folder) && !IsBelowHardware(folder) : IsPlainEthernet(folder));
        if (!isRead)
        {
            return null;
        }

        var found = new NetworkInterface(name, folder, _time);
        found.Wifi = _isOwnNetwork && found.Index is { } index ? new WifiLink(index, _wait, _time) : null;
        return found;
    }

    /// <summary>Returns whether /sys shows the network namespace of this process:
    /// each namespace has its own sysfs, and a captured one is none.</summary>
    private static bool IsOwnNetwork(KernelRoots roots) =>
        FileStatus.TryRead(roots.Sys, out var shown)
        && FileStatus.TryRead(new KernelRoots().Sys, out var own)
        && (shown.DeviceMajor, shown.DeviceMinor) == (own.DeviceMajor, own.DeviceMinor);

    private static bool IsHardware(string folder) => Directory.Exists(Path.Join(folder, "device"));

    /// <summary>Returns whether a hardware interface carries others: the port between a CPU and its switch chip,
    /// or the virtual function below the interface of a hypervisor.</summary>
    /// <remarks>Source: netdev_adjacent_sysfs_add in net/core/dev.c: a link <c>upper_lan0</c> for each.</remarks>
    private static bool IsBelowHardware(string folder)
    {
        foreach (var link in KernelRoots.Folders(folder))
        {
            if (Path.GetFileName(link.AsSpan()).StartsWith("upper_", StringComparison.Ordinal) && IsHardware(link))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsStacked(string folder) =>
        Directory.Exists(Path.Join(folder, "bonding"))
        || Array.Exists(
            KernelRoots.Folders(folder),
            static link => Path.GetFileName(link.AsSpan()).StartsWith("lower_", StringComparison.Ordinal));

    /// <summary>The veth end inside a container, which is neither a bridge nor a tunnel, nor stacked on another.
    /// </summary>
    private static bool IsPlainEthernet(string folder) =>
        KernelText.ReadFile(Path.Join(folder, "type"), TypeBytesMax) == EthernetType
        && !Directory.Exists(Path.Join(folder, "bridge"))
        && !File.Exists(Path.Join(folder, "tun_flags"))
        && !IsStacked(folder);
}
