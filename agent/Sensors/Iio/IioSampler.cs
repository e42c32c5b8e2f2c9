using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Sensors.Iio;

/// <summary>All sensors that kernel drivers have bound: <c>/sys/bus/iio/devices</c>,
/// and those of the air in <c>/sys/class/hwmon</c>.</summary>
internal sealed class IioSampler : ISampler, IDisposable
{
    /// <summary>How often devices that have appeared or disappeared are detected.</summary>
    public static readonly TimeSpan RescanPeriod = TimeSpan.FromSeconds(10);

    /// <summary>The maximum number of threads for devices that hang.</summary>
    private const int HangingCountMax = 4;

    /// <summary>More devices than fit on the header of a board.</summary>
    private const int DeviceCountMax = 32;
    private const int NameBytesMax = 64;

    private readonly KernelRoots _roots;
    private readonly NameFilter _filter;
    private readonly TimeProvider _time;
    private readonly TimeBoxes _boxes;
    private readonly IReadOnlyList<EnviroPlus?> _boards;
    private readonly BoardScan _board;
    private IioDevice[] _devices = [];
    private long? _scanned;

    /// <summary>Initializes a new instance of the <see cref="IioSampler"/> class.</summary>
    /// <param name="roots">The roots of the file systems.</param>
    /// <param name="filter">Selects sensors by name.</param>
    /// <param name="wait">How long a tick waits for the first read of a device.</param>
    /// <param name="time">The clock.</param>
    /// <param name="board">The hwmon chips.</param>
    /// <param name="boards">The boards that may be an Enviro+, whose ADC inputs are gas resistances.</param>
    public IioSampler(
        KernelRoots roots,
        NameFilter filter,
        TimeSpan wait,
        TimeProvider time,
        BoardScan board,
        IReadOnlyList<EnviroPlus?>? boards = null)
    {
        _board = board;
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
            device.Sample(section);
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
            device.Close();
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
            var address = GetAddress(folder);
            var isOne = found.Count(other => other.Chip == chip) == 1;
            var title = GetTitle(isOne || address is null ? chip! : $"{chip}-{address}");
            var board = _boards.FirstOrDefault(board => board is not null && board.Place == address);
            if (board is null or { IsDecided: true })
            {
                var enviro = board is { IsPresent: true } ? board : null;
                var name = SensorNames.Unused(title, used);
                Keep(
                    $"{folder}\n{name}\n{enviro?.Place}",
                    () => IioChannels.Find(folder, chip!, name, enviro),
                    devices);
            }
        }

        AddClimate(used, devices);

        foreach (var device in _devices)
        {
            if (!devices.Contains(device))
            {
                device.Close();
            }
        }

        _devices = [.. devices];
    }

    /// <summary>Gets the name of a device's entry:
    /// newer kernels call the two halves of an LSM9DS1 <c>lsm9ds1-imu_accel</c> and <c>lsm9ds1-imu_gyro</c>.</summary>
    private static string GetTitle(string chip) =>
        SensorNames.Plain(chip.Replace("-imu_", "_", StringComparison.Ordinal));

    /// <summary>Gets the bus and address, such as <c>1-0076</c>: the name of the parent directory.</summary>
    private static string? GetAddress(string folder) =>
        new DirectoryInfo(folder).LinkTarget is { } target ? Path.GetFileName(Path.GetDirectoryName(target)) : null;

    private void AddClimate(HashSet<string> used, List<IioDevice> devices)
    {
        _board.Refresh();
        foreach (var chip in _board.Chips)
        {
            if (chip.IsClimate)
            {
                var isOne = _board.Chips.Count(other => other.Name == chip.Name) == 1;
                var title = isOne || chip.Device is null ? chip.Name : $"{chip.Name}-{chip.Device}";
                var name = SensorNames.Unused(SensorNames.Plain(title), used);
                Keep($"{chip.Key}\n{name}", () => HwmonClimate.Find(chip, name), devices);
            }
        }
    }

    /// <summary>Adds a device, as it was before if it is known.
    /// One without a channel that has a field, such as a rotation sensor, is left out.</summary>
    private void Keep(string key, Func<IReadOnlyList<IIioValue>> find, List<IioDevice> devices)
    {
        var device = Array.Find(_devices, known => known.Key == key);
        if (device is null)
        {
            List<IIioValue> channels = [.. find().Where(channel => _filter.Decide(channel.Name) ?? true)];
            device = channels.Count == 0 ? null : new IioDevice(key, channels, _boxes, _time);
        }

        if (device is not null)
        {
            devices.Add(device);
        }
    }
}
