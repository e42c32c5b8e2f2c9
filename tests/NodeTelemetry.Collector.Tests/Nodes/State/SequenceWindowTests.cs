using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Readings;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Nodes.State;

public sealed class SequenceWindowTests
{
    [Fact]
    public void Distinguishes_new_repeated_and_too_old()
    {
        var window = Started(at: 100);

        Assert.Equal(SequenceVerdict.New, window.Mark(101, null, 0));
        Assert.Equal(SequenceVerdict.Repeated, window.Mark(101, null, 0));
        Assert.Equal(SequenceVerdict.New, window.Mark(103, null, 0));
        Assert.Equal(SequenceVerdict.New, window.Mark(102, null, 0));
        window.Mark(200, null, 0);
        Assert.Equal(SequenceVerdict.TooOld, window.Mark(103, null, 0));
    }

    [Fact]
    public void Samples_of_an_earlier_process_are_repeated_and_those_before_the_first_are_not_missed()
    {
        var window = default(SequenceWindow);
        window.Restore(100, [], 0);

        Assert.Equal(SequenceVerdict.Repeated, window.Mark(99, null, 0));
        Assert.Equal(SequenceVerdict.Repeated, window.Mark(100, null, 0));
        Assert.Equal(SequenceVerdict.New, window.Mark(3700, null, 0));
        Assert.Equal(0, window.Missed);
        Assert.Equal(SequenceVerdict.New, window.Mark(3699, null, 0));
        Assert.Equal(0, window.Missed);
        window.Mark(3702, null, 0);
        Assert.Equal(1, window.Missed);
    }

    [Fact]
    public void The_first_datagrams_of_a_run_may_arrive_in_any_order()
    {
        var window = Started(at: 1);

        Assert.Equal(SequenceVerdict.New, window.Mark(0, null, 0));
        Assert.Equal(SequenceVerdict.Repeated, window.Mark(0, null, 0));
        Assert.Equal(0, window.Missed);
    }

    [Fact]
    public void Counts_gaps_as_missed_until_they_are_filled()
    {
        var window = Started(at: 0);

        window.Mark(5, null, 0);
        Assert.Equal(4, window.Missed);
        window.Mark(3, null, 0);
        Assert.Equal(3, window.Missed);
    }

    [Fact]
    public void Each_part_counts_once_and_the_sample_is_not_missed()
    {
        var window = Started(at: 0);

        Assert.Equal(SequenceVerdict.New, window.Mark(1, new PartNumber(0, 2), 0));
        Assert.Equal(SequenceVerdict.New, window.Mark(1, new PartNumber(1, 2), 0));
        Assert.Equal(SequenceVerdict.Repeated, window.Mark(1, new PartNumber(0, 2), 0));
        Assert.Equal(SequenceVerdict.New, window.Mark(2, new PartNumber(1, 2), 0));
        Assert.Equal(0, window.Missed);
    }

    [Fact]
    public void A_first_part_leaves_room_for_the_others()
    {
        var window = default(SequenceWindow);
        window.Start(10, 0);
        Assert.Equal(SequenceVerdict.New, window.Mark(10, new PartNumber(1, 2), 0));

        Assert.Equal(SequenceVerdict.Repeated, window.Mark(10, new PartNumber(1, 2), 0));
        Assert.Equal(SequenceVerdict.New, window.Mark(10, new PartNumber(0, 2), 0));
    }

    [Fact]
    public void A_jump_to_the_largest_sequence_takes_no_time()
    {
        var window = Started(at: 0);

        Assert.Equal(SequenceVerdict.New, window.Mark(long.MaxValue, null, 0));
        Assert.Equal(long.MaxValue - 1, window.Missed);
        Assert.Equal(SequenceVerdict.Repeated, window.Mark(long.MaxValue, null, 0));
    }

    [Fact]
    public void A_sample_without_all_parts_is_requested_until_they_have_arrived()
    {
        var window = Started(at: 0);
        window.Mark(1, new PartNumber(2, 3), 0);
        window.Mark(2, null, 0);

        Assert.Equal(0, window.Missed);
        Assert.True(Take(ref window, out var gap));
        Assert.Equal((1, 1, 0b100UL), (gap.From, gap.To, gap.Parts));
        Assert.Equal(SequenceVerdict.Repeated, window.Mark(1, new PartNumber(2, 3), 0));
        Assert.Equal(SequenceVerdict.New, window.Mark(1, new PartNumber(0, 3), 0));
        Assert.Equal((0, true), (window.Repaired, window.HasGaps));
        Assert.Equal(SequenceVerdict.New, window.Mark(1, new PartNumber(1, 3), 0));
        Assert.Equal((1, false), (window.Repaired, window.HasGaps));
    }

    [Fact]
    public void The_newest_gaps_are_requested_first_and_in_parts()
    {
        var window = Started(at: 0);
        window.Mark(41, null, 0);

        Assert.True(Take(ref window, out var first));
        Assert.True(Take(ref window, out var second, asked: 1));
        Assert.Equal((25, 40), (first.From, first.To));
        Assert.Equal((9, 24), (second.From, second.To));
        window.Mark(30, null, 0);
        Assert.Equal([(1, 8), (9, 24), (25, 29), (31, 40)], window.CopyGaps().Select(static gap => (gap.From, gap.To)));
        Assert.Equal((1, 39), (window.Repaired, window.Missed));
    }

    [Fact]
    public void An_unanswered_request_is_abandoned_with_everything_before_it()
    {
        var window = Started(at: 0);
        window.Mark(3, null, 0);
        window.Mark(5, null, 0);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            Assert.True(window.TryTakeDue(static (_, _) => true, 3, 0, out var gap));
            Assert.Equal(4, gap.From);
        }

        Assert.False(window.TryTakeDue(static (_, _) => true, 3, 0, out _));
        Assert.Equal((3, 3, false), (window.Unrecoverable, window.Missed, window.HasGaps));
        Assert.Equal(SequenceVerdict.Repeated, window.Mark(4, null, 0));
    }

    [Fact]
    public void Gaps_continue_after_a_restart()
    {
        var before = Started(at: 0);
        before.Mark(4, null, 0);
        before.Mark(5, new PartNumber(1, 2), 0);
        var window = default(SequenceWindow);
        window.Restore(5, before.CopyGaps(), 0);

        Assert.Equal(SequenceVerdict.Repeated, window.Mark(4, null, 0));
        Assert.Equal(SequenceVerdict.Repeated, window.Mark(5, new PartNumber(1, 2), 0));
        Assert.Equal(SequenceVerdict.New, window.Mark(5, new PartNumber(0, 2), 0));
        Assert.Equal(SequenceVerdict.New, window.Mark(2, null, 0));
        Assert.Equal(0, window.Missed);
        Assert.Equal([(1, 1), (3, 3)], window.CopyGaps().Select(static gap => (gap.From, gap.To)));
    }

    [Fact]
    public void Gaps_are_limited_in_number_and_age_and_removed_ones_are_counted()
    {
        var window = Started(at: 0);
        for (var sequence = 2; sequence <= 2 * SequenceWindow.GapCountMax + 20; sequence += 2)
        {
            window.Mark(sequence, null, 0);
        }

        Assert.Equal(SequenceWindow.GapCountMax, window.CopyGaps().Length);
        Assert.Equal(10, window.Unrecoverable);
        window.Mark(10_000, null, 0);
        var gap = Assert.Single(window.CopyGaps());
        Assert.Equal(SequenceWindow.RepairSamplesMax, gap.Count);
        Assert.Equal(window.Missed, window.Unrecoverable + gap.Count);
    }

    /// <summary>
    /// Random loss, repetition, reordering, parts and repair against a set: everything is accepted exactly once, and nothing
    /// is missing at the end.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Agrees_with_a_set_under_random_disorder(int seed)
    {
        var random = new Random(seed);
        var window = Started(at: 0);
        var taken = new HashSet<(long, int)> { (0, 0), (0, 1) };
        long highest = 0;
        for (var step = 0; step < 20_000; step++)
        {
            var sequence = Math.Max(0, highest + random.Next(-80, 4));
            Check(sequence, random.Next(2));
            if (random.Next(3) == 0 && Take(ref window, out var gap))
            {
                for (var asked = gap.From; asked <= gap.To; asked++)
                {
                    Check(asked, random.Next(2));
                }
            }

            highest = Math.Max(highest, sequence);
        }

        while (Take(ref window, out var gap))
        {
            for (var asked = gap.From; asked <= gap.To; asked++)
            {
                Check(asked, 0);
                Check(asked, 1);
            }
        }

        Check(highest, 0);
        Check(highest, 1);
        Assert.Equal(2 * (highest + 1), taken.Count);
        Assert.Equal((0, 0), (window.Missed, window.Unrecoverable));

        void Check(long sequence, int part)
        {
            var verdict = window.Mark(sequence, new PartNumber(part, 2), 0);
            Assert.True(
                taken.Add((sequence, part)) == (verdict == SequenceVerdict.New),
                $"Seed {seed}: {sequence}, part {part}, is {verdict}.");
        }
    }

    private static bool Take(ref SequenceWindow window, out SampleGap gap, int asked = int.MaxValue) =>
        window.TryTakeDue((candidate, _) => candidate.Attempts < asked, int.MaxValue, 0, out gap);

    private static SequenceWindow Started(long at)
    {
        var window = default(SequenceWindow);
        window.Start(at, 0);
        window.Mark(at, null, 0);
        return window;
    }
}
