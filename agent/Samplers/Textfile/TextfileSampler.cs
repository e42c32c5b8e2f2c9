using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.Textfile;

/// <summary>Reports the metrics in the files of the textfile directory, and the age of each file.</summary>
/// <remarks>Scans the directory every <see cref="Period"/>, on its own thread and with a time limit,
/// because it may be on a file server that does not respond; until then the last values are sent.
/// The age of a file is its age at the tick.</remarks>
internal sealed class TextfileSampler : ISampler, IDisposable
{
    /// <summary>Timers write such files, at most once a minute.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>A local disk needs a few milliseconds, even a slow one.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private readonly TextfileDirectory _directory;
    private readonly TimeProvider _time;
    private readonly TimeBox _box;
    private readonly Action _scan;
    private readonly Cadence _cadence;

    /// <summary>Initializes a new instance of the <see cref="TextfileSampler"/> class.</summary>
    public TextfileSampler(TextfileDirectory directory, TimeProvider time, TimeSpan? patience = null)
    {
        _directory = directory;
        _time = time;
        _box = new TimeBox("textfiles", patience ?? Patience);
        _scan = directory.Scan;
        _cadence = new Cadence(Period, time);
    }

    /// <inheritdoc/>
    public string Name => "textfile";

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        var outcome = SampleOutcome.NoData;
        if (_cadence.IsDue() && (!_box.TryRun(_scan) || !_directory.IsThere))
        {
            outcome = SampleOutcome.Failed;
        }

        var files = _directory.Files;
        if (files.Count == 0)
        {
            return outcome;
        }

        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var section = into.Section(TextfilesSection.Definition);
        var metrics = into.Section(TextfileMetricsSection.Definition);
        for (var index = 0; index < files.Count; index++)
        {
            var file = files[index];
            if (!section.Begin(file.Name))
            {
                continue;
            }

            // A file from the future has age 0: the clock was wrong when it was written, or is wrong now.
            section.Set(TextfilesSection.AgeSeconds, Math.Max(0, now - file.WrittenMilliseconds) / 1000.0);
            section.Set(TextfilesSection.Ok, file.IsOk);
            section.Set(TextfilesSection.Series, file.SeriesCount);
            for (var series = 0; series < file.Series.Count; series++)
            {
                if (metrics.Begin(file.Series[series].Key))
                {
                    metrics.Set(TextfileMetricsSection.Value, file.Series[series].Value);
                }
            }
        }

        return outcome == SampleOutcome.Failed ? outcome : SampleOutcome.Ok;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // If a thread hangs in the scan, it still uses the directory, which then cannot be released.
        if (!_box.IsBusy)
        {
            _directory.Dispose();
        }

        _box.Dispose();
    }
}
