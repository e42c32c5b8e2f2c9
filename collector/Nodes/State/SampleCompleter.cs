using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>Completes the reduced samples of a node from the full sample that they build upon.</summary>
/// <remarks>
/// A reduced sample lacks what is equal in the full sample, and slow readings while they are not due.
/// It names the full sample. If that has not arrived, it is requested;
/// meanwhile the newest sample has only what it carries, the live readings keep what was known,
/// and earlier samples are not accepted. For the ingest loop only.
/// </remarks>
/// <param name="time">The clock.</param>
internal sealed class SampleCompleter(TimeProvider time)
{
    /// <summary>The pause after the first request of a full sample; it doubles with each.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest pause: the next full sample comes in half a minute, requested or not.</summary>
    public static readonly TimeSpan RetryDelayMax = TimeSpan.FromSeconds(8);

    /// <summary>Full samples that are kept while earlier samples are repaired: those of two minutes.</summary>
    private const int FullCountMax = 4;

    /// <summary>The newest last; the others only while samples are missing.</summary>
    private readonly List<FullSample> _fulls = new(1);
    private FullSample? _spare;

    /// <summary>The newest reduced sample, while its full one is missing.</summary>
    private NodeSnapshot? _incomplete;

    /// <summary>What was requested last; most nodes never need it.</summary>
    private FullRequest? _request;

    /// <summary>Gets the full sample that is missing; <see langword="null"/> if none is.</summary>
    public (uint Run, long Sequence)? Missing =>
        _incomplete?.Header is { } header ? (header.Run, header.FullSequence!.Value) : _request?.Earlier;

    /// <summary>Gets the timestamp of the next request of the missing sample.</summary>
    public long RequestTimestamp => _request?.Timestamp ?? 0;

    /// <summary>Records a request of the missing sample.</summary>
    public void OnRequested(long now)
    {
        var request = _request!;
        request.Delay = request.Delay == TimeSpan.Zero ? RetryDelay
            : request.Delay * 2 < RetryDelayMax ? request.Delay * 2 : RetryDelayMax;
        request.Timestamp = time.After(now, request.Delay);
    }

    /// <summary>Determines whether an earlier sample can be completed. If not, its full one is requested.</summary>
    public bool CanComplete(SampleHeader header)
    {
        if (header.FullSequence is not { } full || header.Part is not null || FindFull(header.Run, full) is not null)
        {
            return true;
        }

        (_request ??= new FullRequest()).Earlier = (header.Run, full);
        ScheduleRequest();
        return false;
    }

    /// <summary>Drops what only the repair of earlier samples needs.</summary>
    public void OnRepaired()
    {
        ForgetEarlier();
        while (_fulls.Count > 1)
        {
            _spare = _fulls[0];
            _fulls.RemoveAt(0);
        }
    }

    /// <summary>Takes an accepted sample, or a part of it.</summary>
    /// <param name="snapshot">The sample.</param>
    /// <param name="isNewest">Whether none is newer.</param>
    /// <returns>The complete sample; the given one if it is full, or the full one is missing.</returns>
    public NodeSnapshot Complete(NodeSnapshot snapshot, bool isNewest)
    {
        if (snapshot.Header is not { } header || (header.FullSequence is not null && header.Part is not null))
        {
            return snapshot;
        }

        if (header.FullSequence is not { } sequence)
        {
            if (snapshot.Bye is null)
            {
                TakeFull(snapshot, header, isNewest);
            }

            _incomplete = isNewest ? null : _incomplete;
            return snapshot;
        }

        var full = FindFull(header.Run, sequence);
        if (isNewest)
        {
            _incomplete = full is null ? snapshot : null;
            ScheduleRequest();
        }

        if (full is null)
        {
            return snapshot;
        }

        var completed = snapshot with { Sections = Combine(full.Sections!, snapshot.Sections) };
        TakeSlow(full, snapshot.Sections, header.Sequence);
        return completed;
    }

    /// <summary>Determines whether a sample is the missing full one, or a part of it.</summary>
    public bool IsMissing(SampleHeader? header) =>
        header is { FullSequence: null } && Missing == (header.Run, header.Sequence);

    /// <summary>Takes the missing full sample, or a part of it.</summary>
    /// <returns>The newest sample, if it is complete now; otherwise <see langword="null"/>.</returns>
    public NodeSnapshot? TakeMissing(NodeSnapshot snapshot)
    {
        var header = snapshot.Header!;
        var isLive = _incomplete is not null;
        TakeFull(snapshot, header, isLive);
        if (FindFull(header.Run, header.Sequence) is null)
        {
            return null;
        }

        if (_request?.Earlier == (header.Run, header.Sequence))
        {
            ForgetEarlier();
        }

        return isLive ? Complete(_incomplete!, isNewest: true) : null;
    }

    /// <summary>Gets the live readings of a sample whose full one is missing:
    /// what was known, and what it has.</summary>
    public NodeSnapshot WithKnown(NodeSnapshot snapshot, NodeSnapshot known) =>
        ReferenceEquals(snapshot, _incomplete) && known.Header?.Run == snapshot.Header!.Run
            ? snapshot with { Sections = Combine(known.Sections, snapshot.Sections) }
            : snapshot;

    private void ScheduleRequest()
    {
        if (Missing is { } missing && _request?.Full != missing)
        {
            _request ??= new FullRequest();
            (_request.Full, _request.Delay, _request.Timestamp) = (missing, TimeSpan.Zero, time.GetTimestamp());
        }
    }

    private void ForgetEarlier()
    {
        if (_request is not null)
        {
            _request.Earlier = null;
        }
    }

    private void TakeFull(NodeSnapshot snapshot, SampleHeader header, bool isNewest)
    {
        var full = Find(header.Run, header.Sequence);
        if (full is null)
        {
            if (_fulls.Count == FullCountMax)
            {
                _spare = _fulls[0];
                _fulls.RemoveAt(0);
            }

            full = _spare ?? new FullSample();
            _spare = null;
            full.Reset(header.Run, header.Sequence);

            // The last one is the one of the newest samples.
            _fulls.Insert(isNewest ? _fulls.Count : Math.Max(0, _fulls.Count - 1), full);
        }

        if (header.Part is not { } part)
        {
            full.Sections = snapshot.Sections;
        }
        else if (full.Sections is null)
        {
            full.Parts = full.Parts?.Length == part.Count ? full.Parts : new NodeSnapshot?[part.Count];
            full.Parts[part.Index] = snapshot;
        }
    }

    private FullSample? Find(uint run, long sequence)
    {
        for (var index = _fulls.Count - 1; index >= 0; index--)
        {
            if (_fulls[index].Run == run && _fulls[index].Sequence == sequence)
            {
                return _fulls[index];
            }
        }

        return null;
    }

    private FullSample? FindFull(uint run, long sequence)
    {
        if (Find(run, sequence) is not { } full)
        {
            return null;
        }

        Combine(full);
        return full.Sections is null ? null : full;
    }

    /// <summary>Combines the parts once all have arrived, when a sample builds upon them:
    /// agents of earlier versions send no reduced ones.</summary>
    private static void Combine(FullSample full)
    {
        if (full.Sections is null && full.Parts is { } parts
            && Array.TrueForAll(parts, static part => part is not null))
        {
            IReadOnlyList<SectionReading> sections = [];
            foreach (var part in parts)
            {
                sections = Join(sections, part!.Sections);
            }

            Array.Clear(parts);
            full.Sections = sections;
        }
    }

    private static void TakeSlow(FullSample full, IReadOnlyList<SectionReading> sections, long sequence)
    {
        if (sequence <= full.SlowSequence)
        {
            return;
        }

        List<SectionReading>? replaced = null;
        for (int index = 0, place = 0; index < sections.Count; index++)
        {
            var section = sections[index];
            place = FindPlace(full.Sections!, section.Definition, place);
            if (place < full.Sections!.Count && full.Sections[place].Definition == section.Definition
                && full.Sections[place].Replace(section, isSlowOnly: true) is var reading
                && !ReferenceEquals(reading, full.Sections[place]))
            {
                (replaced ??= [.. full.Sections])[place] = reading;
            }
        }

        if (replaced is not null)
        {
            (full.Sections, full.SlowSequence) = (replaced, sequence);
        }
    }

    /// <summary>Gets the place of a section in the order of the catalogue.</summary>
    private static int FindPlace(IReadOnlyList<SectionReading> sections, SectionDefinition section, int from)
    {
        var index = SectionCatalog.IndexOf(section);
        while (from < sections.Count && SectionCatalog.IndexOf(sections[from].Definition) < index)
        {
            from++;
        }

        return from;
    }

    /// <summary>Adds what a reduced sample has to what is known.
    /// It has all sections before the header itself.</summary>
    private static SectionReading[] Combine(
        IReadOnlyList<SectionReading> known, IReadOnlyList<SectionReading> changes)
    {
        var combined = new List<SectionReading>(known.Count + changes.Count);
        var next = 0;
        foreach (var section in changes)
        {
            var place = FindPlace(known, section.Definition, next);
            AddReadings(known, next, place, combined);
            next = place;
            if (place < known.Count && known[place].Definition == section.Definition)
            {
                next++;
                combined.Add(section.Definition.PrecedesHeader ? section : known[place].Replace(section));
            }
            else
            {
                combined.Add(section);
            }
        }

        AddReadings(known, next, known.Count, combined);
        return [.. combined];
    }

    private static void AddReadings(
        IReadOnlyList<SectionReading> known, int from, int to, List<SectionReading> into)
    {
        for (var index = from; index < to; index++)
        {
            if (!known[index].Definition.PrecedesHeader)
            {
                into.Add(known[index]);
            }
        }
    }

    /// <summary>Joins the sections of two parts of one sample.</summary>
    private static List<SectionReading> Join(IReadOnlyList<SectionReading> one, IReadOnlyList<SectionReading> other)
    {
        var joined = new List<SectionReading>(one);
        var place = 0;
        foreach (var section in other)
        {
            place = FindPlace(joined, section.Definition, place);
            if (place < joined.Count && joined[place].Definition == section.Definition)
            {
                joined[place] = joined[place].Combine(section);
            }
            else
            {
                joined.Insert(place, section);
            }
        }

        return joined;
    }

    private sealed class FullRequest
    {
        /// <summary>Gets or sets the full sample of an earlier one that is being repaired.</summary>
        public (uint Run, long Sequence)? Earlier { get; set; }

        /// <summary>Gets or sets the full sample that was requested.</summary>
        public (uint Run, long Sequence)? Full { get; set; }

        /// <summary>Gets or sets the pause after the last request.</summary>
        public TimeSpan Delay { get; set; }

        /// <summary>Gets or sets the timestamp of the next request.</summary>
        public long Timestamp { get; set; }
    }

    private sealed class FullSample
    {
        public uint Run { get; private set; }

        public long Sequence { get; private set; }

        /// <summary>Gets or sets the sections, with slow readings as they were last received;
        /// <see langword="null"/> until all parts have arrived.</summary>
        public IReadOnlyList<SectionReading>? Sections { get; set; }

        /// <summary>Gets or sets the parts, until they are combined.</summary>
        public NodeSnapshot?[]? Parts { get; set; }

        /// <summary>Gets or sets the last sample that had slow readings.</summary>
        public long SlowSequence { get; set; }

        /// <summary>Begins another full sample.</summary>
        public void Reset(uint run, long sequence)
        {
            (Run, Sequence, SlowSequence, Sections) = (run, sequence, sequence, null);
            if (Parts is not null)
            {
                Array.Clear(Parts);
            }
        }
    }
}
