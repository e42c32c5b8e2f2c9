namespace NodeTelemetry.Collector.Export;

/// <summary>How a backlog shrinks.</summary>
/// <param name="Documents">Documents in the backlog.</param>
/// <param name="PerSecond">Documents delivered per second, recently.</param>
/// <param name="Left">The estimated time until the backlog is empty; <see langword="null"/> if it does not shrink, or
/// that is not known yet.</param>
internal sealed record BacklogDrain(long Documents, double PerSecond, TimeSpan? Left);

/// <summary>Measures the delivery of a backlog for the page and the log: size, rate and time left.</summary>
/// <remarks>
/// There is a backlog when the oldest batch is older than a batch takes to fill and to be sent.
/// The rate covers the last half minute, which averages out the cycles of the outbox and the server.
/// </remarks>
internal sealed partial class BacklogProgress(
    Func<ExportStatus> export, TimeProvider time, ILogger<BacklogProgress> logger)
{
    private const int SamplesMax = 7;

    /// <summary>The interval of the measurements.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    // The longest linger is a minute; older batches wait for OpenSearch.
    private static readonly TimeSpan BacklogAge = TimeSpan.FromSeconds(90);

    // The interval of log lines: ten for a backlog of five minutes.
    private static readonly TimeSpan LogPeriod = TimeSpan.FromSeconds(30);

    private readonly Queue<Sample> _samples = [];
    private long _logged;
    private long _began;
    private long _exportedBefore;
    private volatile BacklogDrain? _drain;

    /// <summary>Gets how the backlog shrinks; <see langword="null"/> without one, or if none is accepted.</summary>
    public BacklogDrain? Drain => _drain;

    /// <summary>Measures the backlog until stopped.</summary>
    public async Task RunAsync(CancellationToken token)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(token))
            {
                Measure();
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // Stopped on request.
        }
    }

    /// <summary>Measures the backlog once.</summary>
    public void Measure()
    {
        var status = export();
        var isBacklog = status.Health == ExportHealth.Ok
            && status.OldestAt is { } oldest && time.GetUtcNow() - oldest > BacklogAge;
        if (!isBacklog)
        {
            End(status);
            return;
        }

        var now = new Sample(time.GetTimestamp(), status.BacklogDocuments, status.ExportedDocuments);
        _samples.Enqueue(now);
        if (_samples.Count > SamplesMax)
        {
            _samples.Dequeue();
        }

        var first = _samples.Peek();
        var elapsed = time.GetElapsedTime(first.Timestamp).TotalSeconds;
        if (elapsed <= 0)
        {
            _began = _logged = now.Timestamp;
            _exportedBefore = now.Exported;
            _drain = new BacklogDrain(now.Documents, 0, null);
            Log.Began(logger, now.Documents);
            return;
        }

        var shrinks = (first.Documents - now.Documents) / elapsed;
        var drain = new BacklogDrain(
            now.Documents,
            (now.Exported - first.Exported) / elapsed,
            shrinks > 0 ? TimeSpan.FromSeconds(Math.Round(now.Documents / shrinks)) : null);
        _drain = drain;
        if (time.GetElapsedTime(_logged) >= LogPeriod)
        {
            _logged = now.Timestamp;
            Log.Progress(logger, drain.Documents, drain.PerSecond, Text(drain.Left));
        }
    }

    private static string Text(TimeSpan? left) => left is { } time ? $"about {time:c} left" : "not shrinking";

    private void End(ExportStatus status)
    {
        if (_drain is not null && status.Health == ExportHealth.Ok)
        {
            Log.Ended(logger, status.ExportedDocuments - _exportedBefore, time.GetElapsedTime(_began).TotalSeconds);
        }

        _samples.Clear();
        _drain = null;
    }

    private readonly record struct Sample(long Timestamp, long Documents, long Exported);
}
