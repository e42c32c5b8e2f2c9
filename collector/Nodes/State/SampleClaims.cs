using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>Samples that do not fit the current sequence of a node, but follow each other at its pace.</summary>
/// <remarks>
/// One forged or misplaced datagram must not lock a live node out. So a sender that goes on regains its place:
/// after <see cref="SampleCount"/> samples that span more than one interval, which a burst of copies does not.
/// </remarks>
internal sealed class SampleClaims(TimeProvider time)
{
    /// <summary>Samples in sequence that establish a claim: two intervals after the first one.</summary>
    public const int SampleCount = 3;

    /// <summary>Samples by which a sequence may run ahead of its pace: datagrams are delayed in bursts.</summary>
    private const int Slack = 2;

    /// <summary>Sequences that are observed at once: a sender of invented ones displaces few.</summary>
    private const int CountMax = 4;

    private readonly List<Claim> _claims = [];

    /// <summary>Adds a sample.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="now">The timestamp of its arrival.</param>
    /// <returns>The first sequence number of the established claim; <see langword="null"/> before.</returns>
    public long? Add(SampleHeader header, long now)
    {
        var interval = TimeSpan.FromMilliseconds(header.IntervalMilliseconds);
        var index = _claims.FindIndex(claim => claim.Run == header.Run && Continues(claim, header, interval, now));
        if (index < 0)
        {
            if (_claims.Count == CountMax)
            {
                _claims.RemoveAt(0);
            }

            _claims.Add(new Claim(header.Run, header.Sequence, header.Sequence, 1, now, now));
            return null;
        }

        var claim = _claims[index];
        if (header.Sequence > claim.Last)
        {
            claim = claim with { Last = header.Sequence, Count = claim.Count + 1, LastTimestamp = now };
        }

        _claims.RemoveAt(index);
        _claims.Add(claim);
        return claim.Count >= SampleCount && time.GetElapsedTime(claim.FirstTimestamp, now) > interval
            ? claim.First
            : null;
    }

    /// <summary>Forgets all claims: one of them was granted.</summary>
    public void Clear() => _claims.Clear();

    private bool Continues(Claim claim, SampleHeader header, TimeSpan interval, long now) =>
        header.Sequence >= claim.Last
        && header.Sequence - claim.Last <= Slack + (time.GetElapsedTime(claim.LastTimestamp, now) / interval);

    private sealed record Claim(
        uint Run, long First, long Last, int Count, long FirstTimestamp, long LastTimestamp);
}
