using NodeTelemetry.Collector.Diagnostics;
using Prometheus;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Diagnostics;

public sealed class TracedHistogramTests
{
    private readonly MetricRegistry _registry = new();
    private readonly TracedHistogram<string> _histogram;

    public TracedHistogramTests() => _histogram = new TracedHistogram<string>(
        _registry,
        _registry.CreateHistogram("x_seconds", "X", 0.01, 0.1, 1),
        static name => Exemplar.From(Exemplar.Pair("name", name)));

    [Fact]
    public void Every_observation_is_counted_and_the_slowest_is_the_exemplar()
    {
        Observe(5, "a");
        Observe(50, "b");
        Observe(500, "c");
        Observe(400, "d");
        var text = _registry.Scrape(isOpenMetrics: true);

        Assert.Contains("x_seconds_bucket{le=\"0.01\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("x_seconds_bucket{le=\"0.1\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("x_seconds_bucket{le=\"1.0\"} 4 # {name=\"c\"} 0.5 ", text, StringComparison.Ordinal);
        Assert.Contains("x_seconds_count 4\n", text, StringComparison.Ordinal);
        Assert.Matches("x_seconds_sum 0\\.95[45]", text);
    }

    [Fact]
    public void The_next_scrape_names_the_slowest_since_then()
    {
        Observe(500, "a");
        _registry.Scrape();
        Observe(400, "b");
        Observe(300, "c");
        var text = _registry.Scrape(isOpenMetrics: true);

        Assert.Contains("x_seconds_bucket{le=\"1.0\"} 3 # {name=\"b\"} 0.4 ", text, StringComparison.Ordinal);
        Assert.Contains("x_seconds_count 3\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("# {", _registry.Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_no_name_is_counted_without_an_exemplar()
    {
        Observe(500, null);
        Observe(400, "b");
        var text = _registry.Scrape(isOpenMetrics: true);

        Assert.Contains("x_seconds_count 2\n", text, StringComparison.Ordinal);
        Assert.Contains("# {name=\"b\"} 0.4 ", text, StringComparison.Ordinal);
    }

    /// <summary>Counters and histograms are used for every datagram.</summary>
    [Fact]
    public void Counting_and_observing_allocate_nothing()
    {
        var metrics = new CollectorMetrics();
        Count(metrics);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Count(metrics);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void Count(CollectorMetrics metrics)
    {
        for (var index = 0; index < 1000; index++)
        {
            metrics.DatagramsAccepted.Inc();
            metrics.DatagramsRejected[RejectReason.NotJson].Inc();
            metrics.Export.Items.Inc(201);
            metrics.Storage.OutboxNodesDropped.Inc("a", OutboxDropReason.OutboxFull, 2);
            metrics.Storage.CommitDuration.Observe(0.002);

            // Each is slower than all before.
            Observe(index, "name");
        }
    }

    private void Observe(int milliseconds, string? name) =>
        _histogram.Observe(TimeSpan.FromMilliseconds(milliseconds), name, static name => name);
}
