using NodeTelemetry.Collector.Nodes;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Nodes;

public sealed class SequenceWindowTests
{
    [Fact]
    public void Tells_new_repeated_and_too_old_apart()
    {
        var window = Started(at: 100);

        Assert.Equal(SequenceVerdict.New, window.Mark(101, null));
        Assert.Equal(SequenceVerdict.Repeated, window.Mark(101, null));
        Assert.Equal(SequenceVerdict.New, window.Mark(103, null));
        Assert.Equal(SequenceVerdict.New, window.Mark(102, null));
        Assert.Equal(SequenceVerdict.TooOld, window.Mark(103 - SequenceWindow.Length, null));
    }

    [Fact]
    public void What_an_earlier_process_took_is_repeated_and_what_nobody_heard_is_not_missed()
    {
        var window = default(SequenceWindow);
        window.Restore(100);

        Assert.Equal(SequenceVerdict.Repeated, window.Mark(99, null));
        Assert.Equal(SequenceVerdict.Repeated, window.Mark(100, null));
        Assert.Equal(SequenceVerdict.New, window.Mark(3700, null));
        Assert.Equal(0, window.Missed);
        Assert.Equal(SequenceVerdict.New, window.Mark(3699, null));
        Assert.Equal(0, window.Missed);
        window.Mark(3702, null);
        Assert.Equal(1, window.Missed);
    }

    [Fact]
    public void The_first_datagrams_of_a_run_may_come_in_any_order()
    {
        var window = Started(at: 1);

        Assert.Equal(SequenceVerdict.New, window.Mark(0, null));
        Assert.Equal(SequenceVerdict.Repeated, window.Mark(0, null));
        Assert.Equal(0, window.Missed);
    }

    [Fact]
    public void Counts_gaps_as_missed_until_they_are_filled()
    {
        var window = Started(at: 0);

        window.Mark(5, null);
        Assert.Equal(4, window.Missed);
        window.Mark(3, null);
        Assert.Equal(3, window.Missed);
    }

    [Fact]
    public void Each_part_counts_once_and_the_sample_is_not_missed()
    {
        var window = Started(at: 0);

        Assert.Equal(SequenceVerdict.New, window.Mark(1, 0));
        Assert.Equal(SequenceVerdict.New, window.Mark(1, 1));
        Assert.Equal(SequenceVerdict.Repeated, window.Mark(1, 0));
        Assert.Equal(SequenceVerdict.New, window.Mark(2, 1));
        Assert.Equal(0, window.Missed);
    }

    [Fact]
    public void A_first_part_leaves_room_for_the_others()
    {
        var window = default(SequenceWindow);
        window.Start(10);
        Assert.Equal(SequenceVerdict.New, window.Mark(10, 1));

        Assert.Equal(SequenceVerdict.Repeated, window.Mark(10, 1));
        Assert.Equal(SequenceVerdict.New, window.Mark(10, 0));
    }

    [Fact]
    public void A_jump_to_the_largest_number_costs_no_time()
    {
        var window = Started(at: 0);

        Assert.Equal(SequenceVerdict.New, window.Mark(long.MaxValue, null));
        Assert.Equal(long.MaxValue - 1, window.Missed);
        Assert.Equal(SequenceVerdict.Repeated, window.Mark(long.MaxValue, null));
    }

    /// <summary>Random loss, repetition and reordering against a set: every sample within the window is taken exactly once.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Agrees_with_a_set_under_random_disorder(int seed)
    {
        var random = new Random(seed);
        var window = Started(at: 0);
        var taken = new HashSet<long> { 0 };
        long highest = 0;
        for (var step = 0; step < 20_000; step++)
        {
            var sequence = Math.Max(0, highest + random.Next(-80, 4));
            var expected = highest - sequence >= SequenceWindow.Length ? SequenceVerdict.TooOld
                : taken.Add(sequence) ? SequenceVerdict.New
                : SequenceVerdict.Repeated;
            Assert.Equal(expected, window.Mark(sequence, null));
            highest = Math.Max(highest, sequence);
        }

        Assert.Equal(highest + 1 - taken.Count, window.Missed);
    }

    private static SequenceWindow Started(long at)
    {
        var window = default(SequenceWindow);
        window.Start(at);
        window.Mark(at, null);
        return window;
    }
}
