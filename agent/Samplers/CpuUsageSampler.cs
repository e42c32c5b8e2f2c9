using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Samplers;

/// <summary>Use of the processor and of each core, from two readings of <c>/proc/stat</c>.</summary>
internal sealed class CpuUsageSampler(KernelRoots roots) : ISampler, IDisposable
{
    /// <summary>Core numbers that are followed; higher ones are left out. As many as a receiver accepts.</summary>
    private const int CoreNumberMax = WireLimits.ReceivedCoreCountMax - 1;

    /// <summary>A core's line has some 60 bytes, at most 180; 128 cores of the usual kind.</summary>
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly KernelFile _file = new(roots.ProcFile("stat"));
    private CpuStat _earlier = new(CoreNumberMax + 1);
    private CpuStat _present = new(CoreNumberMax + 1);
    private bool _hasEarlier;

    /// <inheritdoc/>
    public string Name => "cpu";

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        var outcome = _file.Read(_buffer, out var length);
        if (outcome != FileOutcome.Ok)
        {
            _hasEarlier = false;
            return SampleOutcomes.Of(outcome);
        }

        if (!_present.TryParse(_buffer.AsSpan(0, length)))
        {
            _hasEarlier = false;
            return SampleOutcome.Failed;
        }

        var result = SampleOutcome.NoData;
        if (_hasEarlier && _present.Total.UsageSince(_earlier.Total) is { } usage)
        {
            into.UsageRatio = usage;
            AddCores(into);
            result = SampleOutcome.Ok;
        }

        (_earlier, _present) = (_present, _earlier);
        _hasEarlier = true;
        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void AddCores(SnapshotBuilder into)
    {
        for (var core = 0; core < _present.CoreCount; core++)
        {
            // A core that was just switched on, or has not ticked, has done nothing that we know of.
            if (_present.Core(core) is { } times)
            {
                into.AddCoreUsage(_earlier.Core(core) is { } earlier ? times.UsageSince(earlier) ?? 0 : 0);
            }
        }
    }
}
