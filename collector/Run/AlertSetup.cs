using System.Text.Json;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Alerts.Channels;
using NodeTelemetry.Collector.Alerts.Engine;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Alerts.Storage;
using NodeTelemetry.Collector.Dashboard;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Options;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Collector.Run;

/// <summary>Creates and runs the alert engine and its channels.</summary>
internal sealed partial class AlertSetup : IAsyncDisposable
{
    private readonly AlertStore _store;
    private readonly SilenceList _silences;
    private readonly List<ChannelSender> _senders = [];
    private readonly List<Task> _loops = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly AlertEndpoints _endpoints;
    private readonly ILogger _logger;

    /// <summary>Initializes a new instance of the <see cref="AlertSetup"/> class. Nothing runs yet.</summary>
    public AlertSetup(
        CollectorOptions.AlertOptions options,
        Uri page,
        AlertStore store,
        Func<IEnumerable<NodeStatus>> nodes,
        Func<DatabaseStatus> database,
        Func<ExportStatus> export,
        RetentionClock retention,
        CollectorMetrics metrics,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        _store = store;
        _logger = loggers.CreateLogger<AlertSetup>();
        _silences = new SilenceList(options.Windows, _store, retention, time);
        var conditions = new AlertConditions(metrics, database, export, () => retention.Problem, () => Channels);
        Engine = new AlertEngine(
            options.Rules, conditions.All, nodes, _store, _silences, metrics.Alerts, time)
        {
            Changed = () => _senders.ForEach(static sender => sender.Wake()),
            IsDeliveryPending = alert => _senders.Exists(sender => sender.IsDeliveryPending(alert)),
        };
        var logger = loggers.CreateLogger<LogAlertChannel>();
        foreach (var settings in options.Channels)
        {
            _senders.Add(new ChannelSender(
                settings, AlertChannels.Create(settings, logger), () => Engine.Board, _store, metrics.Alerts,
                options.Page ?? page, time, loggers.CreateLogger<ChannelSender>()));
        }

        _endpoints = new AlertEndpoints(options.Rules, () => Engine.Board, () => Channels, _silences, time);
    }

    /// <summary>Sets what reports that notifications are suppressed, and that they no longer are.</summary>
    public void ReportSilences(Action<NodeEventKind, string> report) => _silences.Reported = report;

    /// <summary>Gets the engine, which listens to health and events.</summary>
    public AlertEngine Engine { get; }

    /// <summary>Gets the status of the channels.</summary>
    public IEnumerable<ChannelStatus> Channels => _senders.Select(static sender => sender.Status);

    /// <summary>Gets all alerts.</summary>
    public AlertBoard Board => Engine.Board;

    /// <summary>Gets the alert level of a node; <see langword="null"/> before the first evaluation.</summary>
    public AlertLevel? GetDisplayedLevel(string node) => Engine.Board is { Revision: > 0 } board
        ? board.WorstByNode.TryGetValue(node, out var worst)
            ? worst == AlertSeverity.Critical ? AlertLevel.Critical : AlertLevel.Warning
            : AlertLevel.None
        : null;

    /// <summary>Gets the number of silences.</summary>
    public int SilenceCount => _silences.Active.Count;

    /// <summary>Gets the task of the loops. It fails only on a program error, which must end the process.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Adds the endpoints.</summary>
    public void Map(IEndpointRouteBuilder routes) => _endpoints.Map(routes);

    /// <summary>Writes the number of alerts for the collector's status.</summary>
    public void WriteSummary(Utf8JsonWriter writer) => _endpoints.WriteSummary(writer);

    /// <summary>Restores alerts and silences, and starts evaluation and notification.</summary>
    public void Start(TelemetryDatabase database)
    {
        try
        {
            var content = _store.Load(database);
            _silences.Restore(content.Silences);
            Engine.Restore(content.Alerts);
            foreach (var rows in content.Deliveries.GroupBy(static row => row.Channel))
            {
                Restore(rows);
            }
        }
        catch (SqliteException error)
        {
            // Alerts are raised again, silences are lost, and notifications are repeated.
            Log.NotRestored(_logger, database.Path, error.Message);
        }

        _loops.Add(Task.Run(() => Engine.RunAsync(_stop.Token)));
        _loops.AddRange(_senders.Select(sender => Task.Run(() => sender.RunAsync(_stop.Token))));
        Completion = Task.WhenAny(_loops).Unwrap();
    }

    /// <summary>Stops evaluation and notification.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _senders.ForEach(static sender => sender.Dispose());
        Engine.Dispose();
        _stop.Dispose();
    }

    private void Restore(IGrouping<string, DeliveryRow> rows)
    {
        if (_senders.Find(sender => sender.Status.Name == rows.Key) is { } sender)
        {
            sender.Restore(rows);
            return;
        }

        // The channel no longer exists.
        foreach (var row in rows)
        {
            _store.RemoveDelivery(row.Channel, row.Alert);
        }
    }
}
