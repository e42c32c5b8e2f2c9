using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>The earlier runs of a node. None is accepted again
/// unless it continues beyond its highest sequence.</summary>
/// <remarks>
/// Written by the ingest loop only. The last runs are identified by number;
/// those before them by their boot and its highest uptime: everything older is rejected.
/// Neither depends on a correct clock.
/// </remarks>
internal sealed class RunHistory
{
    /// <summary>Runs that are remembered by number.</summary>
    public const int RunCountMax = 64;

    /// <summary>Boots that are remembered, at most 2 kB per node:
    /// a recording of an older one looks like a new start.</summary>
    public const int BootCountMax = 128;

    private readonly List<EarlierRun> _runs = [];
    private readonly List<BootMark> _boots = [];

    /// <summary>Initializes a new instance of the <see cref="RunHistory"/> class without any runs.</summary>
    public RunHistory()
    {
    }

    /// <summary>Initializes a new instance of the <see cref="RunHistory"/> class from an earlier process.</summary>
    public RunHistory(NodeStatus known)
    {
        _runs.AddRange(known.EarlierRuns);
        _boots.AddRange(known.EarlierBoots);
    }

    /// <summary>Gets the earlier runs, oldest first.</summary>
    public IReadOnlyList<EarlierRun> Runs => [.. _runs];

    /// <summary>Gets the earlier boots, oldest first.</summary>
    public IReadOnlyList<BootMark> Boots => [.. _boots];

    /// <summary>Determines whether a run may become the current one.</summary>
    /// <param name="header">A sample of it.</param>
    /// <param name="newest">The newest sample of the current run, if there is one.</param>
    /// <param name="reached">Its highest sequence so far; <see langword="null"/> for a new run.</param>
    public bool MayEnter(SampleHeader header, SampleHeader? newest, out long? reached)
    {
        var known = _runs.FindIndex(earlier => earlier.Run == header.Run);
        reached = known < 0 ? null : _runs[known].Highest;
        return reached is { } highest
            ? header.Sequence > highest
            : !(BootMark.FromHeader(newest)?.IsAfter(header) is true || _boots.Exists(mark => mark.IsAfter(header)));
    }

    /// <summary>Removes what excludes a run that proved to be live.</summary>
    public void Admit(SampleHeader header)
    {
        _runs.RemoveAll(earlier => earlier.Run == header.Run);
        _boots.RemoveAll(mark => mark.IsAfter(header));
    }

    /// <summary>Makes another run the current one.</summary>
    /// <param name="entered">The other one.</param>
    /// <param name="newest">The newest sample of the run that ends, if there was one.</param>
    /// <param name="highest">The highest sequence number of the run that ends.</param>
    public void Enter(SampleHeader entered, SampleHeader? newest, long highest)
    {
        _runs.RemoveAll(earlier => earlier.Run == entered.Run);
        if (newest is null)
        {
            return;
        }

        Add(_runs, new EarlierRun(newest.Run, highest), RunCountMax);
        if (newest.Boot != entered.Boot && BootMark.FromHeader(newest) is { } mark)
        {
            _boots.RemoveAll(earlier => earlier.Boot == mark.Boot);
            Add(_boots, mark, BootCountMax);
        }
    }

    private static void Add<T>(List<T> list, T item, int countMax)
    {
        if (list.Count == countMax)
        {
            list.RemoveAt(0);
        }

        list.Add(item);
    }
}
