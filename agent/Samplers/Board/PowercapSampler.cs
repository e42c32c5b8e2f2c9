using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>Power of CPU packages, cores and memory by energy counters in <c>/sys/class/powercap</c>.</summary>
/// <remarks>
/// Source: Documentation/power/powercap/powercap.rst. Processors of Intel and AMD have the same zones.
/// Since Linux 5.10 only root may read the counters (CVE-2020-8694): <c>doctor</c> says how to permit it.
/// Units: µJ in, W out, the average since the last read.
/// Cost: one small file for each zone in <see cref="Period"/>, which interrupts a core of the package;
/// one directory in <see cref="SearchPeriod"/> where there are none.
/// </remarks>
internal sealed class PowercapSampler(KernelRoots roots, NameFilter filter, TimeProvider time) : ISampler, IDisposable
{
    /// <summary>The period of a read: an average over seconds is what a power supply sees.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>The period of the search: the driver may be loaded, and the permission given, later.</summary>
    public static readonly TimeSpan SearchPeriod = TimeSpan.FromSeconds(30);

    /// <summary>Eight packages with cores, graphics, memory and themselves.</summary>
    private const int ZoneCountMax = 32;

    /// <summary>The largest packages need 500 W. More is a counter that was reset, as by a suspend.</summary>
    private const double WattsMax = 2000;

    private const double Millionth = 0.000_001;

    /// <summary>The kernel's names are shorter than 20 characters.</summary>
    private const int NameBytesMax = 32;

    private readonly Cadence _cadence = new(Period, time);
    private readonly Cadence _search = new(SearchPeriod, time);
    private readonly List<Zone> _zones = [];

    /// <inheritdoc/>
    public string Name => "powercap";

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        if (_zones.Count == 0)
        {
            if (_search.IsDue())
            {
                Search();
            }
        }
        else if (_cadence.IsDue())
        {
            foreach (var zone in _zones)
            {
                zone.Read(time);
            }
        }

        var hasAny = false;
        foreach (var zone in _zones)
        {
            hasAny |= zone.Watts is not null;
        }

        if (!hasAny)
        {
            return SampleOutcome.NoData;
        }

        var section = into.Section(PowerSection.Definition);
        foreach (var zone in _zones)
        {
            if (zone.Watts is { } watts && section.Begin(zone.Name))
            {
                section.Set(PowerSection.Watts, watts);
            }
        }

        return SampleOutcome.Ok;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var zone in _zones)
        {
            zone.Dispose();
        }
    }

    /// <summary>Computes the average power between two reads of a counter.</summary>
    /// <param name="before">The earlier count in µJ.</param>
    /// <param name="now">The later count.</param>
    /// <param name="range">The count after which it begins at 0 again.</param>
    /// <param name="seconds">The time between them.</param>
    /// <returns><see langword="null"/> if the counter was reset in between.</returns>
    internal static double? ComputeWatts(double before, double now, double? range, double seconds)
    {
        var microjoules = now >= before ? now - before : range - before + now;
        var watts = microjoules * Millionth / seconds;
        return watts is >= 0 and <= WattsMax ? watts : null;
    }

    private void Search()
    {
        foreach (var folder in EnergyZones.Find(roots))
        {
            if (_zones.Count >= ZoneCountMax
                || ReadName(folder) is not { } name || filter.Decide(name) == false)
            {
                continue;
            }

            var found = new Zone(name, folder);
            if (found.Read(time))
            {
                _zones.Add(found);
            }
            else
            {
                found.Dispose();
            }
        }

        // The first average is due a period later.
        _cadence.IsDue(atOnce: true);
    }

    /// <summary>Reads the name of a zone: that of its package, and its own if it is a part of one.</summary>
    private static string? ReadName(string folder)
    {
        var name = ReadText(folder);
        var end = folder.LastIndexOf(':');
        var isPart = Path.GetFileName(folder).Count(static character => character == ':') > 1;
        return name is not null && isPart && ReadText(folder[..end]) is { } package ? $"{package}/{name}" : name;

        static string? ReadText(string zone) => KernelText.ReadFile(Path.Join(zone, "name"), NameBytesMax);
    }

    /// <summary>A zone with its counter.</summary>
    private sealed class Zone(string name, string folder) : IDisposable
    {
        private readonly KernelNumber _energy = new(Path.Join(folder, EnergyZones.Counter));
        private readonly double? _range = ReadRange(folder);
        private double? _microjoules;
        private long _timestamp;

        /// <summary>Gets the name.</summary>
        public string Name => name;

        /// <summary>Gets the average power between the last two reads; <see langword="null"/> if unknown.</summary>
        public double? Watts { get; private set; }

        /// <summary>Reads the counter.</summary>
        public bool Read(TimeProvider time)
        {
            var now = time.GetTimestamp();
            var isRead = _energy.TryRead(out var microjoules) && microjoules >= 0;
            var seconds = time.GetElapsedTime(_timestamp, now).TotalSeconds;
            Watts = isRead && _microjoules is { } before && seconds > 0
                ? ComputeWatts(before, microjoules, _range, seconds)
                : null;
            _microjoules = isRead ? microjoules : null;
            _timestamp = now;
            return isRead;
        }

        /// <inheritdoc/>
        public void Dispose() => _energy.Dispose();

        private static double? ReadRange(string folder)
        {
            using var range = new KernelNumber(Path.Join(folder, "max_energy_range_uj"));
            return range.TryRead(out var value) && value > 0 ? value : null;
        }
    }
}
