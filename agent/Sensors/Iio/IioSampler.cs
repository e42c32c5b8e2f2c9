using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Sensors.Iio;

/// <summary>Every sensor that the kernel has bound: <c>/sys/bus/iio/devices</c>.</summary>
internal sealed class IioSampler : ISampler, IDisposable
{
    /// <summary>How often it is looked for devices that have come or gone.</summary>
    public static readonly TimeSpan RescanPeriod = TimeSpan.FromSeconds(10);

    /// <summary>Threads of devices that hang, all told.</summary>
    private const int HangingCountMax = 4;

    /// <summary>More than one wires to a board.</summary>
    private const int DeviceCountMax = 32;
    private const int NameBytesMax = 64;

    private readonly KernelRoots _roots;
    private readonly NameFilter _filter;
    private readonly TimeProvider _time;
    private readonly TimeBoxes _boxes;
    private readonly IReadOnlyList<EnviroPlus?> _boards;
    private IioDevice[] _devices = [];
    private long? _scanned;

    /// <summary>Initializes a new instance of the <see cref="IioSampler"/> class.</summary>
    /// <param name="roots">Where to read.</param>
    /// <param name="filter">Which sensors.</param>
    /// <param name="wait">How long a tick waits for the first reading of a device.</param>
    /// <param name="time">The clock.</param>
    /// <param name="boards">The boards that may be an Enviro+, whose converter has more to say than volts.</param>
    public IioSampler(
        KernelRoots roots,
        NameFilter filter,
        TimeSpan wait,
        TimeProvider time,
        IReadOnlyList<EnviroPlus?>? boards = null)
    {
        _boards = boards ?? [];
        _roots = roots;
        _filter = filter;
        _time = time;
        _boxes = new TimeBoxes("IIO", wait, HangingCountMax);
    }

    /// <inheritdoc/>
    public string Name => "iio";

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        if (_scanned is not { } scanned || _time.GetElapsedTime(scanned) >= RescanPeriod)
        {
            _scanned = _time.GetTimestamp();
            Scan();
        }

        if (_devices.Length == 0)
        {
            return SampleOutcome.NoData;
        }

        var section = into.Section(SensorsSection.Definition);
        var entries = section.EntryCount;
        var hasFailed = false;
        foreach (var device in _devices)
        {
            device.Refresh(_boxes);
            device.Add(section);
            hasFailed |= device.HasFailed;
        }

        return hasFailed ? SampleOutcome.Failed
            : section.EntryCount > entries ? SampleOutcome.Ok
            : SampleOutcome.NoData;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var device in _devices)
        {
            device.Close(_boxes);
        }

        _boxes.Dispose();
    }

    private void Scan()
    {
        var folders = KernelRoots.NumberedFolders(_roots.SysFile("bus/iio/devices"), "iio:device", DeviceCountMax);
        var found = folders
            .Select(folder => (Folder: folder, Chip: KernelText.ReadFile(Path.Join(folder, "name"), NameBytesMax)))
            .Where(static device => device.Chip is not null)
            .ToList();
        var used = new HashSet<string>();
        var devices = new List<IioDevice>();
        foreach (var (folder, chip) in found)
        {
            var address = AddressOf(folder);
            var isOne = found.Count(other => other.Chip == chip) == 1;
            var title = IioNames.Title(isOne || address is null ? chip! : $"{chip}-{address}");
            var board = _boards.FirstOrDefault(board => board is not null && board.Place == address);
            if (board is null or { IsDecided: true })
            {
                devices.Add(Keep(
                    folder, chip!, SensorNames.Unused(title, used), board is { IsPresent: true } ? board : null));
            }
        }

        foreach (var device in _devices)
        {
            if (!devices.Contains(device))
            {
                device.Close(_boxes);
            }
        }

        _devices = [.. devices];
    }

    /// <summary>Gets where it is on its bus, <c>1-0076</c>: the folder that the device is in.</summary>
    private static string? AddressOf(string folder) =>
        new DirectoryInfo(folder).LinkTarget is { } target ? Path.GetFileName(Path.GetDirectoryName(target)) : null;

    private IioDevice Keep(string folder, string chip, string title, EnviroPlus? board)
    {
        var key = $"{folder}\n{title}\n{board?.Place}";
        return Array.Find(_devices, device => device.Key == key)
            ?? new IioDevice(
                key,
                IioChannels.Find(folder, chip, title, board).Where(channel => _filter.Decide(channel.Name) ?? true),
                _time);
    }
}
