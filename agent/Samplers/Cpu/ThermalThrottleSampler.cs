using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Samplers.Cpu;

/// <summary>Thermal throttling events of each core of an Intel CPU, from <c>thermal_throttle</c> in /sys.</summary>
/// <remarks>Runs after <see cref="CpuSampler"/>, which finds the online cores.
/// A value is up to <see cref="Period"/> old.</remarks>
internal sealed class ThermalThrottleSampler : ISampler
{
    /// <summary>A counter of rare events, one file a core.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>How often the cores are looked up: one that comes online later has no file until then.</summary>
    private static readonly TimeSpan SearchPeriod = TimeSpan.FromMinutes(1);

    private readonly byte[] _buffer = new byte[32];
    private readonly KernelRoots _roots;
    private readonly Cadence _search;
    private (string Core, KernelFile File)[] _cores = [];
    private ulong?[] _counts = [];
    private readonly Cadence _cadence;
    private SampleOutcome _outcomeBetween;

    /// <summary>Initializes a new instance of the <see cref="ThermalThrottleSampler"/> class.</summary>
    public ThermalThrottleSampler(KernelRoots roots, TimeProvider time)
    {
        _cadence = new Cadence(Period, time);
        _search = new Cadence(SearchPeriod, time);
        _roots = roots;
    }

    /// <inheritdoc/>
    public string Name => "throttles";

    /// <summary>Parses a count.</summary>
    /// <remarks>Source: Documentation/ABI/testing/sysfs-devices-system-cpu. Allocates: nothing.</remarks>
    /// <returns><see langword="false"/> if it is not a number.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out ulong count) =>
        new AsciiReader(text).TryReadInteger(out count);

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        var isSearchDue = _search.IsDue();
        if (isSearchDue)
        {
            FindCores();
        }

        var outcome = _outcomeBetween;
        if (_cadence.IsDue(atOnce: isSearchDue))
        {
            outcome = Read();
            _outcomeBetween = outcome == SampleOutcome.Failed ? SampleOutcome.NoData : outcome;
        }

        var cores = into.Section(CoresSection.Definition);
        for (var index = 0; index < _cores.Length; index++)
        {
            if (_counts[index] is { } count && cores.TryResume(_cores[index].Core))
            {
                cores.Set(CoresSection.Throttles, count);
            }
        }

        return outcome;
    }

    private void FindCores()
    {
        Array.ForEach(_cores, static core => core.File.Dispose());
        _cores =
        [
            .. KernelRoots
                .NumberedFolders(_roots.SysFile("devices/system/cpu"), "cpu", WireLimits.SectionEntryCountMax)
                .Where(static folder => Directory.Exists(Path.Join(folder, "thermal_throttle")))
                .Select(static folder => (
                    Path.GetFileName(folder)["cpu".Length..],
                    new KernelFile(Path.Join(folder, "thermal_throttle/core_throttle_count")))),
        ];
        _counts = new ulong?[_cores.Length];
    }

    private SampleOutcome Read()
    {
        var outcome = SampleOutcome.NoData;
        for (var index = 0; index < _cores.Length; index++)
        {
            // Closed again each time: a descriptor for each of hundreds of cores is not worth it.
            using var file = _cores[index].File;
            _counts[index] = null;
            var read = file.Read(_buffer, out var length);
            if (read == FileOutcome.Ok && TryParse(_buffer.AsSpan(0, length), out var count))
            {
                _counts[index] = count;
                outcome = outcome == SampleOutcome.Failed ? outcome : SampleOutcome.Ok;
            }
            else if (read != FileOutcome.Absent)
            {
                outcome = SampleOutcome.Failed;
            }
        }

        return outcome;
    }
}
