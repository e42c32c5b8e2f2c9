using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Samplers.Cpu;

/// <summary>Time of all cores and of each by mode, context switches, interrupts and tasks from <c>/proc/stat</c>;
/// usage and shares from the difference of two readings.</summary>
internal sealed class CpuSampler(KernelRoots roots) : ISampler, IDisposable
{
    /// <summary>The maximum number of cores: as many as a section has entries.</summary>
    private const int CoreCountMax = WireLimits.SectionEntryCountMax;

    /// <summary>A core's line has some 60 bytes, at most 180;
    /// a line of interrupts 2 bytes for each, on servers several thousand.</summary>
    private const int BufferBytesMax = 512 * 1024;

    private static readonly FieldDefinition[] Seconds =
    [
        CpuSection.UserSeconds, CpuSection.NiceSeconds, CpuSection.SystemSeconds, CpuSection.IdleSeconds,
        CpuSection.IowaitSeconds, CpuSection.IrqSeconds, CpuSection.SoftirqSeconds, CpuSection.StealSeconds,
    ];

    private static readonly FieldDefinition[] Ratios =
    [
        CpuSection.UserRatio, CpuSection.NiceRatio, CpuSection.SystemRatio, CpuSection.IdleRatio,
        CpuSection.IowaitRatio, CpuSection.IrqRatio, CpuSection.SoftirqRatio, CpuSection.StealRatio,
    ];

    private static readonly FieldDefinition[] CoreSeconds =
    [
        CoresSection.UserSeconds, CoresSection.NiceSeconds, CoresSection.SystemSeconds, CoresSection.IdleSeconds,
        CoresSection.IowaitSeconds, CoresSection.IrqSeconds, CoresSection.SoftirqSeconds, CoresSection.StealSeconds,
    ];

    private readonly KernelFile _file = new(roots.ProcFile("stat"));
    private readonly double[] _shares = new double[CpuTimes.ModeCount];
    private byte[] _buffer = new byte[4 * 1024];
    private CpuStat _earlier = new(CoreCountMax);
    private CpuStat _present = new(CoreCountMax);
    private bool _hasEarlier;

    /// <inheritdoc/>
    public string Name => "cpu";

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        var outcome = Read(out var length);
        if (outcome != FileOutcome.Ok)
        {
            _hasEarlier = false;
            return SampleOutcomes.FromFile(outcome);
        }

        if (!_present.TryParse(_buffer.AsSpan(0, length)))
        {
            _hasEarlier = false;
            return SampleOutcome.Failed;
        }

        AddTotals(into.Section(CpuSection.Definition));
        var usage = _hasEarlier ? CpuTimes.UsageSince(_present.Total, _earlier.Total) : null;
        into.Set(CpuSummarySection.UsageRatio, usage);
        if (_hasEarlier && CpuTimes.TryGetShares(_present.Total, _earlier.Total, _shares))
        {
            SetAll(into.Section(CpuSection.Definition), Ratios, _shares);
        }

        AddCores(into, hasUsage: usage is not null);
        (_earlier, _present) = (_present, _earlier);
        _hasEarlier = true;
        return SampleOutcome.Ok;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static void SetAll(SectionBuilder section, FieldDefinition[] fields, ReadOnlySpan<double> values)
    {
        for (var index = 0; index < fields.Length; index++)
        {
            section.Set(fields[index], values[index]);
        }
    }

    private static void SetSeconds(SectionBuilder section, FieldDefinition[] fields, ReadOnlySpan<ulong> ticks)
    {
        for (var mode = 0; mode < fields.Length; mode++)
        {
            section.Set(fields[mode], ticks[mode] / CpuTimes.TicksPerSecond);
        }
    }

    /// <summary>Reads the file by one call, because the kernel generates it at once;
    /// the buffer grows as needed.</summary>
    private FileOutcome Read(out int length)
    {
        var outcome = _file.Read(_buffer, out length);
        while (length == _buffer.Length && length < BufferBytesMax)
        {
            Array.Resize(ref _buffer, 2 * length);
            outcome = _file.Read(_buffer, out length);
        }

        return outcome;
    }

    private void AddTotals(SectionBuilder section)
    {
        SetSeconds(section, Seconds, _present.Total);
        section.Set(CpuSection.ContextSwitches, (double?)_present.ContextSwitches);
        section.Set(CpuSection.Interrupts, (double?)_present.Interrupts);
        section.Set(CpuSection.Forks, (double?)_present.Forks);
        section.Set(CpuSection.Running, (double?)_present.Running);
        section.Set(CpuSection.Blocked, (double?)_present.Blocked);
    }

    private void AddCores(SnapshotBuilder into, bool hasUsage)
    {
        var section = into.Section(CoresSection.Definition);
        var list = into.Section(CoreUsageSection.Definition);
        for (var core = 0; core < _present.CoreCount; core++)
        {
            var present = _present.Core(core);
            if (present.IsEmpty || !section.Begin(CoreNames.Get(core)))
            {
                continue;
            }

            SetSeconds(section, CoreSeconds, present);
            if (!hasUsage)
            {
                continue;
            }

            // A core that was just switched on, or has not ticked, counts as idle.
            var earlier = _earlier.Core(core);
            var usage = earlier.IsEmpty ? 0 : CpuTimes.UsageSince(present, earlier) ?? 0;
            if (list.EntryCount < WireLimits.CoreCountMax && list.Begin(name: null))
            {
                list.Set(CoreUsageSection.UsageRatio, usage);
            }
            else
            {
                section.Set(CoresSection.UsageRatio, usage);
            }
        }
    }
}
