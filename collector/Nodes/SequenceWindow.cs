namespace NodeTelemetry.Collector.Nodes;

/// <summary>
/// Decides by sequence number and part whether a datagram of one run is new, repeated or too old to tell.
/// </summary>
/// <remarks>A mutable struct inside <see cref="NodeState"/>, with one array of 512 bytes.</remarks>
internal struct SequenceWindow
{
    /// <summary>
    /// How many samples back order can be restored: at 2 s two minutes, far beyond any network's reordering.
    /// </summary>
    public const int Length = 64;

    /// <summary>What a sample in one piece marks: all parts at once.</summary>
    private const ulong Whole = ulong.MaxValue;

    // One bit per part of each of the last samples, at sequence modulo the length.
    private ulong[]? _parts;

    // What is missing before it was never expected.
    private long _expectedFrom;
    private bool _isRestored;

    /// <summary>Gets the highest sequence number seen.</summary>
    public long Highest { get; private set; }

    /// <summary>
    /// Gets the samples up to <see cref="Highest"/>, since the first one seen, of which nothing has come.
    /// </summary>
    public long Missed { get; private set; }

    /// <summary>
    /// Starts anew with a run's first datagram, which is to be marked next. Earlier ones may still come.
    /// </summary>
    public void Start(long first)
    {
        _parts ??= new ulong[Length];
        Array.Clear(_parts);
        Highest = first;
        Missed = 0;
        _expectedFrom = first;
        _isRestored = false;
    }

    /// <summary>
    /// Goes on with a run of which everything up to <paramref name="highest"/> has been taken, or is beyond telling.
    /// What was sent while nobody listened does not count as missed.
    /// </summary>
    public void Restore(long highest)
    {
        _parts ??= new ulong[Length];
        Array.Fill(_parts, Whole);
        Highest = highest;
        Missed = 0;
        _expectedFrom = highest + 1;
        _isRestored = true;
    }

    /// <summary>Marks a datagram as seen.</summary>
    /// <param name="sequence">Its sequence number.</param>
    /// <param name="part">Its part, from 0; <see langword="null"/> when it carries the whole sample.</param>
    public SequenceVerdict Mark(long sequence, int? part)
    {
        var bits = part is { } index ? 1UL << index : Whole;
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

        if (seen == 0 && sequence < Highest && sequence >= _expectedFrom)
        {
            Missed--;
        }

        seen |= bits;
        return SequenceVerdict.New;
    }

    private void Advance(long sequence)
    {
        if (_isRestored)
        {
            _isRestored = false;
            _expectedFrom = sequence;
        }
        else
        {
            Missed += sequence - Highest - 1;
        }

        for (var back = Math.Min(Length, sequence - Highest) - 1; back >= 0; back--)
        {
            _parts![(sequence - back) % Length] = 0;
        }

        Highest = sequence;
    }
}
