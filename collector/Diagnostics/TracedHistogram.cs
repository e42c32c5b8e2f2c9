using Prometheus;

namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>A histogram of durations whose exemplar names the slowest since the last scrape.</summary>
/// <remarks>
/// The slowest observation is held back until the scrape: an exemplar is text,
/// so creating one for every observation would allocate in hot paths.
/// </remarks>
/// <typeparam name="T">What the exemplar names.</typeparam>
internal sealed class TracedHistogram<T>
    where T : class
{
    private readonly Lock _lock = new();
    private readonly Histogram _histogram;
    private readonly Func<T, Exemplar> _createExemplar;
    private T? _slowest;
    private double _slowestSeconds;

    /// <summary>Initializes a new instance of the <see cref="TracedHistogram{T}"/> class.</summary>
    /// <param name="registry">Scrapes it.</param>
    /// <param name="histogram">The histogram.</param>
    /// <param name="createExemplar">Creates the exemplar: at most 128 ASCII characters in its labels.</param>
    public TracedHistogram(MetricRegistry registry, Histogram histogram, Func<T, Exemplar> createExemplar)
    {
        _histogram = histogram;
        _createExemplar = createExemplar;
        registry.OnScrape(ReleaseSlowest);
    }

    /// <summary>Records a duration.</summary>
    /// <typeparam name="TSource">What was measured.</typeparam>
    /// <param name="elapsed">The duration.</param>
    /// <param name="source">What was measured.</param>
    /// <param name="select">Gets what an exemplar names, <see langword="null"/> if nothing.
    /// Called for the slowest only.</param>
    public void Observe<TSource>(TimeSpan elapsed, TSource source, Func<TSource, T?> select)
    {
        var seconds = elapsed.TotalSeconds;
        lock (_lock)
        {
            if ((_slowest is null || seconds > _slowestSeconds) && select(source) is { } slowest)
            {
                var isFirst = _slowest is null;
                (_slowest, seconds, _slowestSeconds) = (slowest, _slowestSeconds, seconds);
                if (isFirst)
                {
                    return;
                }
            }
        }

        _histogram.Observe(seconds);
    }

    private void ReleaseSlowest()
    {
        lock (_lock)
        {
            if (_slowest is not null)
            {
                _histogram.Observe(_slowestSeconds, _createExemplar(_slowest));
                _slowest = null;
            }
        }
    }
}
