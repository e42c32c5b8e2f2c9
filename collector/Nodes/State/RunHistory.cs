using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>
/// The runs of a node before the present one: none of them comes back, unless it goes on beyond where it was left.
/// Written by the ingest loop only.
/// </summary>
/// <remarks>
/// The last runs are known by name. Those before them are known by their boot, and how far that had got: whatever began
/// before is refused, however many runs that are. Neither needs a clock that is right.
/// </remarks>
internal sealed class RunHistory
{
    /// <summary>Runs that are remembered by name.</summary>
    public const int RunCountMax = 64;

    /// <summary>Boots that are remembered, 2 kB of a node that was booted so often: a recording of one before them is
    /// not told from a new start.</summary>
    public const int BootCountMax = 128;

    private readonly List<EarlierRun> _runs = [];
    private readonly List<BootMark> _boots = [];

    /// <summary>Initializes a new instance of the <see cref="RunHistory"/> class without any runs.</summary>
    public RunHistory()
    {
    }

    /// <summary>Initializes a new instance of the <see cref="RunHistory"/> class as an earlier process left
    /// it.</summary>
    public RunHistory(NodeStatus known)
    {
        // How far they got is not known any more, so they are never believed to go on.
        _runs.AddRange(known.EarlierRuns.Select(static run => new EarlierRun(run, long.MaxValue)));
        _boots.AddRange(known.EarlierBoots);
    }

    /// <summary>Gets the runs before the present one, oldest first.</summary>
    public IReadOnlyList<uint> Runs => [.. _runs.Select(static run => run.Run)];

    /// <summary>Gets the boots before the present one, oldest first.</summary>
    public IReadOnlyList<BootMark> Boots => [.. _boots];

    /// <summary>Asks whether a run may become the present one.</summary>
    /// <param name="header">A sample of it.</param>
    /// <param name="newest">The newest sample of the present run, if there is one.</param>
    /// <param name="reached">How far it got when it was left; <see langword="null"/> if it is new.</param>
    public bool MayEnter(SampleHeader header, SampleHeader? newest, out long? reached)
    {
        var known = _runs.FindIndex(earlier => earlier.Run == header.Run);
        reached = known < 0 ? null : _runs[known].Highest;
        return reached is { } highest
            ? header.Sequence > highest
            : !(BootMark.FromHeader(newest)?.IsAfter(header) is true || _boots.Exists(mark => mark.IsAfter(header)));
    }

    /// <summary>Makes another run the present one.</summary>
    /// <param name="entered">The other one.</param>
    /// <param name="newest">The newest sample of the run that ends, if there was one.</param>
    public void Enter(SampleHeader entered, SampleHeader? newest)
    {
        _runs.RemoveAll(earlier => earlier.Run == entered.Run);
        if (newest is null)
        {
            return;
        }

        Add(_runs, new EarlierRun(newest.Run, newest.Sequence), RunCountMax);
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

    /// <summary>A run before the present one, and how far it got.</summary>
    private readonly record struct EarlierRun(uint Run, long Highest);
}
