using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Samplers.Disks;

/// <summary>The state of ZFS pools from <c>/proc/spl/kstat/zfs/POOL/state</c>, which wakes no disk.</summary>
/// <remarks>Source: module/zfs/spa_stats.c of OpenZFS. Cost: a directory and a file for each pool in
/// <see cref="Period"/>.</remarks>
internal sealed class ZfsPoolsSampler(KernelRoots roots, TimeProvider time) : ISampler
{
    /// <summary>A device fails within months.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>More than any server has.</summary>
    private const int PoolCountMax = 32;

    private readonly Cadence _cadence = new(Period, time);
    private readonly List<(string Name, string State)> _pools = [];

    /// <inheritdoc/>
    public string Name => "zfs";

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        if (_cadence.IsDue())
        {
            Read();
        }

        if (_pools.Count == 0)
        {
            return SampleOutcome.NoData;
        }

        var section = into.Section(PoolsSection.Definition);
        foreach (var (name, state) in _pools)
        {
            if (section.Begin(name))
            {
                section.Set(PoolsSection.Online, state == "ONLINE");
                section.Set(PoolsSection.State, state);
            }
        }

        return SampleOutcome.Ok;
    }

    private void Read()
    {
        _pools.Clear();
        foreach (var folder in KernelRoots.Folders(roots.ProcFile("spl/kstat/zfs")))
        {
            var state = KernelText.ReadFile(Path.Join(folder, "state"), WireLimits.TextBytesMax);
            if (state is not null && _pools.Count < PoolCountMax)
            {
                _pools.Add((Path.GetFileName(folder), state));
            }
        }

        _pools.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
    }
}
