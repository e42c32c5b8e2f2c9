using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export;
using NodeTelemetry.Collector.Export.Indices;
using NodeTelemetry.Collector.Export.Settings;
using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Run;

/// <summary>
/// Puts together what works on OpenSearch beside the export: old indices, the present states,
/// the progress of a backlog.
/// </summary>
internal sealed class IndexSetup : IAsyncDisposable
{
    private readonly IndexMaintenance _maintenance;

    /// <summary>Initializes a new instance of the <see cref="IndexSetup"/> class. Nothing runs yet.</summary>
    public IndexSetup(
        ExportSettings settings,
        Func<IEnumerable<NodeStatus>> nodes,
        Func<ExportStatus> export,
        CollectorMetrics metrics,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        _maintenance = new IndexMaintenance(
            settings, time, Random.Shared, loggers.CreateLogger<IndexMaintenance>());
        Publisher = new NodeIndexPublisher(
            settings, nodes, metrics, time, Random.Shared, loggers.CreateLogger<NodeIndexPublisher>());
        Progress = new BacklogProgress(export, time, loggers.CreateLogger<BacklogProgress>());
    }

    /// <summary>Gets who learns of nodes' health.</summary>
    public NodeIndexPublisher Publisher { get; }

    /// <summary>Gets how a backlog gets smaller.</summary>
    public BacklogProgress Progress { get; }

    /// <summary>Gets the loops that run: each ends when stopped, or fails by a fault of the program,
    /// which must end the process.</summary>
    public IEnumerable<Task> Running { get; private set; } = [];

    /// <summary>Starts what has to run.</summary>
    public void Start()
    {
        _maintenance.Start();
        Publisher.Start();

        // What is switched off has a loop that has ended already.
        Running = [.. new[] { _maintenance.Completion, Publisher.Completion }
            .Where(static loop => loop != Task.CompletedTask)];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _maintenance.DisposeAsync();
        await Publisher.DisposeAsync();
    }
}
