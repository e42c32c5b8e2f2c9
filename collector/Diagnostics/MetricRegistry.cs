using Prometheus;

namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>Creates the counters and histograms of the collector and writes them.</summary>
/// <remarks>A registry of its own: the library's default registry adds metrics of the runtime.
/// Neither an increment nor an observation allocates.</remarks>
internal sealed class MetricRegistry
{
    /// <summary>The prefix of every name.</summary>
    public const string Prefix = "nodetelemetry_collector_";

    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly MetricFactory _factory;

    /// <summary>Initializes a new instance of the <see cref="MetricRegistry"/> class.</summary>
    public MetricRegistry()
    {
        _factory = Metrics.WithCustomRegistry(_registry);

        // By default, every increment during an HTTP request would get the identity of its trace.
        _factory.ExemplarBehavior = ExemplarBehavior.NoExemplars();
    }

    /// <summary>Creates a counter.</summary>
    /// <param name="name">The name after the prefix; it ends in <c>_total</c>.</param>
    /// <param name="help">What is counted.</param>
    /// <param name="labels">The names of the labels.</param>
    public Counter CreateCounter(string name, string help, params string[] labels) =>
        _factory.CreateCounter(Prefix + name, help, labels);

    /// <summary>Creates one counter for each value of an enumeration.</summary>
    /// <typeparam name="TKey">The enumeration.</typeparam>
    public CounterSet<TKey> CreateCounters<TKey>(string name, string help, string label)
        where TKey : struct, Enum => new(CreateCounter(name, help, label));

    /// <summary>Creates a histogram.</summary>
    /// <param name="name">The name after the prefix; it ends in <c>_seconds</c>.</param>
    /// <param name="help">What is measured.</param>
    /// <param name="bounds">The upper bounds of the buckets, ascending, without infinity.</param>
    public Histogram CreateHistogram(string name, string help, params double[] bounds) =>
        _factory.CreateHistogram(Prefix + name, help, new HistogramConfiguration { Buckets = bounds });

    /// <summary>Adds an action that runs before each scrape.</summary>
    public void OnScrape(Action action) => _registry.AddBeforeCollectCallback(action);

    /// <summary>Writes all families. In OpenMetrics, <c># EOF</c> follows them.</summary>
    public Task WriteAsync(Stream output, bool isOpenMetrics, CancellationToken cancellation) =>
        _registry.CollectAndExportAsTextAsync(
            output,
            isOpenMetrics ? ExpositionFormat.OpenMetricsText : ExpositionFormat.PrometheusText,
            cancellation);
}
