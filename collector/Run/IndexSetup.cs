using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export;
using NodeTelemetry.Collector.Export.Indices;
using NodeTelemetry.Collector.Export.Settings;
using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Run;

/// <summary>
/// Creates the OpenSearch tasks other than the export: retention of indices, current node states,
/// progress of a backlog.
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

    /// <summary>Gets the listener for node health.</summary>
    public NodeIndexPublisher Publisher { get; }

    /// <summary>Gets the progress of the backlog.</summary>
    public BacklogProgress Progress { get; }

    /// <summary>Gets the running loops. Each fails only on a program error, which must end the process.</summary>
    public IEnumerable<Task> Running { get; private set; } = [];

    /// <summary>Starts the enabled loops.</summary>
    public void Start()
    {
        _maintenance.Start();
        Publisher.Start();

        // A disabled loop has already ended.
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
