using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>The thermal zones and hwmon chips that exist now: looked up periodically, once for all their samplers,
/// because a driver may be loaded or removed at any time.</summary>
/// <param name="roots">The roots of the file systems.</param>
/// <param name="time">The clock.</param>
internal sealed class BoardScan(KernelRoots roots, TimeProvider time)
{
    /// <summary>How often drivers that have appeared or disappeared are detected.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private readonly Cadence _cadence = new(Period, time);
    private string? _keys;

    /// <summary>Gets the number of scans so far.</summary>
    public int Count { get; private set; }

    /// <summary>Gets a number that changes when a zone or chip has appeared, disappeared or been replaced.</summary>
    public int Version { get; private set; }

    /// <summary>Gets the directories of the thermal zones.</summary>
    public IReadOnlyList<string> Zones { get; private set; } = [];

    /// <summary>Gets the hwmon chips.</summary>
    public IReadOnlyList<HwmonFolder> Chips { get; private set; } = [];

    /// <summary>Scans if it is due.</summary>
    public void Refresh()
    {
        if (!_cadence.IsDue())
        {
            return;
        }

        Count++;
        Zones = KernelRoots.NumberedFolders(roots.SysFile("class/thermal"), "thermal_zone", ThermalZones.CountMax);
        Chips =
        [
            .. KernelRoots.NumberedFolders(roots.SysFile("class/hwmon"), "hwmon", HwmonChips.CountMax)
                .Select(static folder => new HwmonFolder(folder)),
        ];
        var keys = string.Join('\n', (string[])[.. Zones, .. Chips.Select(static chip => chip.Key)]);
        if (keys != _keys)
        {
            _keys = keys;
            Version++;
        }
    }
}
