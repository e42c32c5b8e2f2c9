namespace NodeTelemetry.Collector.Nodes;

/// <summary>
/// Decides by sequence number and part whether a datagram of one run is new, repeated or too old to tell.
/// </summary>
/// <remarks>A mutable struct inside <see cref="NodeState"/>: 136 bytes per node, no object of its own.</remarks>
internal struct SequenceWindow
{
    /// <summary>
    /// How many samples back order can be restored: at 2 s more than two minutes, far beyond any network's reordering.
    /// </summary>
    public const int Length = 64;

    /// <summary>What a sample in one piece marks: all parts at once.</summary>
    private const ushort Whole = ushort.MaxValue;

    // One bit per part of each of the last samples, at sequence modulo the length.
    private ushort[]? _parts;

    /// <summary>Gets the highest sequence number seen.</summary>
    public long Highest { get; private set; }

    /// <summary>
    /// Gets the samples up to <see cref="Highest"/>, since the first one seen, of which nothing has come.
    /// </summary>
    public long Missed { get; private set; }

    /// <summary>Starts anew with a run's first datagram, or with what an earlier process knew of the run.</summary>
    public void Start(long highest)
    {
        _parts ??= new ushort[Length];
        Array.Fill(_parts, Whole);
        Highest = highest;
        Missed = 0;
    }

    /// <summary>Marks a datagram as seen.</summary>
    /// <param name="sequence">Its sequence number.</param>
    /// <param name="part">Its part, from 0; <see langword="null"/> when it carries the whole sample.</param>
    public SequenceVerdict Mark(long sequence, int? part)
    {
        var bits = part is { } index ? (ushort)(1 << index) : Whole;
        if (sequence > Highest)
        {
            Advance(sequence);
        }
        else if (Highest - sequence >= Length)
        {
            return SequenceVerdict.TooOld;
        }

        ref var seen = ref _parts![sequence % Length];
        if ((seen & bits) == bits)
        {
            return SequenceVerdict.Repeated;
        }

        if (seen == 0 && sequence < Highest)
        {
            Missed--;
        }

        seen |= bits;
        return SequenceVerdict.New;
    }

    /// <summary>Marks a run's first datagram, with which <see cref="Start"/> has just been called.</summary>
    public readonly void MarkFirst(int? part)
    {
        if (part is { } index)
        {
            _parts![Highest % Length] = (ushort)(1 << index);
        }
    }

    private void Advance(long sequence)
    {
        Missed += sequence - Highest - 1;
        for (var back = Math.Min(Length, sequence - Highest) - 1; back >= 0; back--)
        {
            _parts![(sequence - back) % Length] = 0;
        }

        Highest = sequence;
    }
}
