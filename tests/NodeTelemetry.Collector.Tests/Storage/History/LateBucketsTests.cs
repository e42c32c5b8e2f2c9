using NodeTelemetry.Collector.Storage.History;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Storage.History;

public sealed class LateBucketsTests
{
    private static readonly string[] Series = ["a", "b"];

    private readonly LateBuckets _late = new();

    [Fact]
    public void Node_has_one_row_per_bucket_in_any_order_of_its_samples()
    {
        var (one, other) = (new HistoryNode("one", Series), new HistoryNode("other", Series));
        var place = Cells(30, one);
        Assert.NotSame(place, Cells(10, one));
        Assert.NotSame(place, Cells(30, other));
        Assert.Same(place, Cells(30, one));
        Assert.Equal([10, 30], _late.Buckets.Select(static bucket => bucket.Start));
        Assert.Equal([["one"], ["one", "other"]], _late.Buckets.Select(static bucket => bucket.Rows.Select(static row => row.Node.Name)));
    }

    [Fact]
    public void Pending_buckets_have_an_age_and_a_size_until_they_are_taken()
    {
        Assert.Equal((null, 0L), (_late.Since, _late.Bytes));
        var node = new HistoryNode("one", Series);
        Cells(10, node, now: 500);
        var bytes = _late.Bytes;
        Assert.True(bytes > 0);
        Cells(10, node, now: 501);
        Assert.Equal((500L, bytes), (_late.Since, _late.Bytes));
        Cells(20, node, now: 502);
        Assert.Equal((500L, bytes * 2), (_late.Since, _late.Bytes));

        Assert.Equal([10, 20], _late.TakeAll().Select(static bucket => bucket.Start));
        Assert.Empty(_late.Buckets);
        Assert.Equal((null, 0L), (_late.Since, _late.Bytes));

        // The taken buckets are the writer's; new samples start new ones.
        Assert.Equal(1, Cells(10, node, now: 600)[0].Count);
        Assert.Equal(600, _late.Since);
    }

    private HistoryCell[] Cells(long start, HistoryNode node, long now = 0)
    {
        var row = _late.GetRow(start, node, now);
        row.Add(0, 1);
        return row.Cells;
    }
}
