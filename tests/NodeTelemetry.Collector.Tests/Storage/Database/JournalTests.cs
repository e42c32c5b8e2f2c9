using NodeTelemetry.Collector.Storage.Database;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Storage.Database;

public class JournalTests
{
    private readonly Lock _lock = new();

    [Fact]
    public void Rows_keep_their_order_until_the_commit()
    {
        var journal = new Journal<int, string?>(_lock);
        journal.Put(2, "a");
        journal.Put(1, "b");
        Assert.True(journal.Take());
        Assert.Equal(["a", "b"], journal.InFlight.Values);
        Assert.Empty(journal.Pending);

        journal.Put(3, "c");
        Assert.Equal(["a", "b", "c"], journal.Rows);
        journal.Commit();
        Assert.Equal(["c"], journal.Rows);
    }

    [Fact]
    public void Rows_are_pending_again_after_a_rollback_before_the_newer_ones()
    {
        var journal = new Journal<int, string?>(_lock);
        journal.Put(1, "a");
        journal.Put(2, "b");
        journal.Take();
        journal.Put(3, "c");
        journal.RollBack();
        Assert.Empty(journal.InFlight);
        Assert.Equal(["a", "b", "c"], journal.Pending.Values);
        Assert.Equal(3, journal.PendingSize);
    }

    [Fact]
    public void Newer_row_of_the_same_key_wins_also_after_a_rollback()
    {
        var journal = new Journal<int, string?>(_lock);
        journal.Put(1, "old");
        journal.Put(2, "b");
        journal.Put(1, "new");
        Assert.Equal(["new", "b"], journal.Pending.Values);

        journal.Take();
        journal.Put(1, null);
        journal.RollBack();
        Assert.Equal([null, "b"], journal.Pending.Values);
        Assert.Equal(2, journal.PendingSize);
    }

    [Fact]
    public void Oldest_rows_beyond_the_limit_are_dropped_and_counted_but_never_the_newest()
    {
        var dropped = new List<string>();
        var journal = new Journal<int, string>(_lock, 10, static row => row.Length, dropped.Add);
        journal.Put(1, "aaaaa");
        journal.Put(2, "bbbbb");
        Assert.Empty(dropped);
        journal.Put(3, new string('c', 20));
        Assert.Equal(["aaaaa", "bbbbb"], dropped);
        Assert.Equal(20, journal.PendingSize);
    }

    [Fact]
    public void Rows_in_flight_count_for_the_limit_only_after_a_rollback()
    {
        var dropped = new List<int>();
        var journal = new Journal<int, int>(_lock, 2, onDropped: dropped.Add);
        journal.Put(1, 1);
        journal.Put(2, 2);
        journal.Take();
        journal.Put(3, 3);
        Assert.Empty(dropped);
        journal.RollBack();
        Assert.Equal([1], dropped);
        Assert.Equal([2, 3], journal.Pending.Values);
    }

    [Fact]
    public void Removed_row_is_no_longer_pending_but_one_in_flight_is_not_removed()
    {
        var journal = new Journal<int, string>(_lock, size: static row => row.Length);
        journal.Put(1, "aaa");
        Assert.True(journal.Remove(1));
        Assert.Equal(0, journal.PendingSize);
        journal.Put(2, "b");
        journal.Take();
        Assert.False(journal.Remove(2));
        Assert.False(journal.Take());
    }

    // The table that was taken first must not stay in flight when a later one fails.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_transaction_ends_for_all_tables_that_took_rows(bool isCommitted)
    {
        var first = new Journal<int, string>(_lock);
        var second = new Journal<int, string>(new Lock());
        first.Put(1, "a");
        second.Put(1, "b");
        var transaction = new DatabaseTransaction(null!, isFinal: false);
        Assert.True(first.Take(transaction));
        Assert.True(second.Take(transaction));
        if (isCommitted)
        {
            transaction.Commit();
        }
        else
        {
            transaction.RollBack();
        }

        Assert.Equal(isCommitted ? [] : ["a"], first.Rows);
        Assert.Equal(isCommitted ? [] : ["b"], second.Rows);
        Assert.Empty(first.InFlight);
    }

    // Random puts, removals, takes and ends, against a plain map: every key that was put last is durable or pending.
    [Fact]
    public void Random_sequences_lose_no_row_and_write_the_last_value_of_each_key()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var journal = new Journal<int, int>(_lock);
        var (expected, durable) = (new Dictionary<int, int>(), new Dictionary<int, int>());
        var isOpen = false;
        for (var step = 0; step < 10_000; step++)
        {
            switch (random.Next(4))
            {
                case 0 or 1:
                    var key = random.Next(20);
                    expected[key] = step;
                    journal.Put(key, step);
                    break;
                case 2 when !isOpen:
                    isOpen = journal.Take();
                    break;
                case 3 when isOpen && random.Next(2) == 0:
                    foreach (var (inFlight, row) in journal.InFlight)
                    {
                        durable[inFlight] = row;
                    }

                    journal.Commit();
                    isOpen = false;
                    break;
                case 3 when isOpen:
                    journal.RollBack();
                    isOpen = false;
                    break;
                default:
                    break;
            }
        }

        var seen = new Dictionary<int, int>(durable);
        foreach (var (key, row) in journal.InFlight.Concat(journal.Pending))
        {
            seen[key] = row;
        }

        Assert.True(
            expected.OrderBy(static pair => pair.Key).SequenceEqual(seen.OrderBy(static pair => pair.Key)),
            $"seed {seed}");
    }
}
