using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Dashboard;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export;
using NodeTelemetry.Collector.Export.Documents;
using NodeTelemetry.Collector.Exposition;
using NodeTelemetry.Collector.Hosting;
using NodeTelemetry.Collector.Ingest;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.Repair;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Options;
using NodeTelemetry.Collector.Run;
using NodeTelemetry.Collector.Storage.Outbox;
using NodeTelemetry.Collector.Storage.Tables;

namespace NodeTelemetry.Collector;

/// <summary>The composition root: creates all parts, connects them, and starts and stops them in order.</summary>
internal sealed partial class CollectorApplication : IAsyncDisposable
{
    /// <summary>Where raspi-cluster's daemons send; its own dashboard may listen on the same machine.</summary>
    private static readonly MulticastEndpoint RaspiCluster =
        new(AddressFamily.InterNetwork, 6000, [IPAddress.Parse("224.0.0.251")], IsShared: true);

    /// <summary>How often the kernel's drop counters and the networks are read.</summary>
    private static readonly TimeSpan KernelPeriod = TimeSpan.FromSeconds(5);

    /// <summary>Kernel periods after the start, one minute: until then, all that is not needed again has run.</summary>
    private const int SettledTicks = 12;

    private readonly CollectorOptions _options;
    private readonly TimeProvider _time;
    private readonly WebApplication _web;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly CollectorMetrics _metrics = new();
    private readonly DatagramQueue _queue;
    private readonly StorageSetup _storage;
    private readonly BulkRequestWriter _bulk;
    private readonly OpenSearchExporter _exporter;
    private readonly AlertSetup _alerts;
    private readonly IndexSetup _indices;
    private readonly NodeRegistry _registry;
    private readonly LocalNetwork _localNetwork;
    private readonly LiveFeed _feed;
    private readonly IngestLoop _ingest;
    private readonly KeyStore _keys;
    private readonly List<MulticastReceiver> _receivers = [];
    private readonly ServiceNotifier _notifier;
    private volatile bool _isReady;

    /// <summary>Initializes a new instance of the <see cref="CollectorApplication"/> class. Nothing runs yet.</summary>
    public CollectorApplication(CollectorOptions options, string version, TimeProvider time)
    {
        _options = options;
        _time = time;
        _web = HttpSetup.BuildWeb(options.Http, _metrics, time);
        _loggers = _web.Services.GetRequiredService<ILoggerFactory>();
        _logger = _loggers.CreateLogger<CollectorApplication>();
        _notifier = new ServiceNotifier(
            Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), watchdogMicroseconds: null, _logger);
        _queue = new DatagramQueue(options.Listen.QueueLength, _metrics);
        _registry = new NodeRegistry(options.Nodes.CountMax, _metrics, time);

        _storage = new StorageSetup(options.Database, _metrics, time, _loggers);
        _exporter = new OpenSearchExporter(
            options.OpenSearch, _storage.Database, _storage.Writer, _storage.Outbox, _storage.DeadLetters, _metrics,
            time, Random.Shared, _loggers.CreateLogger<OpenSearchExporter>());
        _bulk = new BulkRequestWriter(options.OpenSearch, _metrics);
        _indices = new IndexSetup(
            options.OpenSearch, () => _registry.Statuses, () => _exporter.Status, _metrics, time, _loggers);
        _alerts = new AlertSetup(
            options.Alerts, options.Http.Page, _storage.Alerts, () => _registry.Statuses, () => _storage.Writer.Status,
            () => _exporter.Status, _storage.Retention, _metrics, time, _loggers);
        _alerts.Engine.ForgetAfter = options.Nodes.ForgetAfter;
        var status = new StatusJson(
            version, _registry, _metrics, () => _storage.Writer.Status, () => _exporter.Status,
            () => _indices.Progress.Drain, _alerts.WriteSummary, options.Listen.Port,
            options.Trust.Signatures, time);
        _feed = new LiveFeed(_registry, status.Write, _metrics, time);
        _localNetwork = new LocalNetwork(
            options.Listen.Interfaces,
            [.. options.Listen.Groups.Select(IPAddress.Parse)
                .Where(static group => group.AddressFamily == AddressFamily.InterNetwork)],
            "/proc");
        _keys = TrustSetup.CreateKeys(options.Trust, _loggers);
        _ingest = CreateIngest();

        AttachListeners();
        MapAccess();
        _alerts.Map(_web);
        new DashboardEndpoints(_registry, _feed, status.Write, time).Map(_web);
        new HistoryEndpoints(_registry, _storage.Query, time).Map(_web);
        new EventEndpoints(filter => _storage.Events.Read(_storage.Database, filter), time).Map(_web);
        new MetricsEndpoint(_registry, new CollectorGauges(version, Gauges(), GaugeSets()), _metrics.Registry)
            .Map(_web);
    }

    /// <summary>Runs until the process is asked to stop.</summary>
    /// <exception cref="StartFailedException">A port is in use; the message says which option changes it.</exception>
    public async Task RunAsync()
    {
        OpenReceivers();
        _storage.Writer.Start();
        RestoreNodes();
        _alerts.Start(_storage.Database);
        await StartWebAsync();

        using var watchingKeys = TrustSetup.Watch(_keys, _time);
        using var watchingCertificate = HttpSetup.Watch(_options.Http.Access, _time, _logger);
        using var stopReceiving = new CancellationTokenSource();
        using var stopWorking = new CancellationTokenSource();
        List<Task> loops =
        [
            .. _receivers.Select(receiver => receiver.RunAsync(stopReceiving.Token)),
            WatchKernelAsync(stopReceiving.Token),
            _feed.RunAsync(stopReceiving.Token),
            _indices.Progress.RunAsync(stopReceiving.Token),
        ];
        _registry.Events.Raise(
            NodeEventKind.CollectorStarted, $"The collector on {Environment.MachineName} started.");
        var ingesting = Task.Run(() => _ingest.RunAsync(stopWorking.Token));
        _exporter.Start();
        _indices.Start();
        _isReady = true;
        _notifier.Ready($"Listening on UDP port {_options.Listen.Port}; page at {Address}");
        Log.Started(_logger, Address);
        ProgramPages.Release();

        // A loop that ends by itself is a defect: the process ends, and systemd restarts it.
        var stopRequested = WaitForStopAsync();
        var exporting = _options.OpenSearch.IsEnabled ? _exporter.Completion : stopRequested;
        var first = await Task.WhenAny(
            [stopRequested, ingesting, exporting, _storage.Writer.Completion, _alerts.Completion,
                .. _indices.Running, .. loops]);
        _isReady = false;
        _notifier.Stopping();

        // Receiving ends first, then the received datagrams are processed, then their rows are stored.
        await Shutdown.InTurnAsync(
            async () =>
            {
                await stopReceiving.CancelAsync();
                await Task.WhenAll(loops);
            },
            async () =>
            {
                await stopWorking.CancelAsync();
                await ingesting;
                _registry.Events.Raise(
                    NodeEventKind.CollectorStopped, $"The collector on {Environment.MachineName} stopped.");
            },
            _exporter.StopAsync,
            _alerts.StopAsync,
            _storage.Writer.StopAsync,
            () => _web.StopAsync());
        await first;
        Log.Stopped(_logger);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _receivers.ForEach(static receiver => receiver.Dispose());
        _ingest.Dispose();
        await _exporter.DisposeAsync();
        await _alerts.DisposeAsync();
        await _indices.DisposeAsync();
        await _storage.DisposeAsync();
        _bulk.Dispose();
        _notifier.Dispose();
        _feed.Dispose();
        await _web.DisposeAsync();
    }

    /// <summary>Gets the gauges that a scrape of <c>/metrics</c> reads.</summary>
    internal Gauge[] Gauges() =>
    [
        new("datagram_queue_length", "Queued datagrams", () => _queue.Count),
        new("datagram_queue_limit", "Maximum number of queued datagrams", () => _queue.Capacity),
        new("nodes", "Known nodes", () => _registry.Count),
        new("nodes_limit", "Maximum number of nodes", () => _registry.CountMax),
        new("live_subscribers", "Browsers subscribed to the live stream", () => _feed.SubscriberCount),
        new("live_subscribers_limit", "Maximum number of browsers subscribed to the live stream",
            static () => LiveFeed.SubscriberCountMax),
        new("database_bytes", "Size of the database file and its write-ahead log", () => _storage.Writer.Status.Bytes),
        new(
            "database_degraded",
            "Whether the database cannot currently be written",
            () => _storage.Writer.Status.IsDegraded ? 1 : 0),
        new("outbox_documents", "Documents that wait for OpenSearch", () => _storage.Outbox.Status.Documents),
        new(
            "outbox_bytes",
            "Compressed bytes of the documents that wait for OpenSearch",
            () => _storage.Outbox.Status.Bytes),
        new("outbox_limit_bytes", "Maximum of outbox_bytes", () => _options.Database.OutboxBytesMax),
        new("outbox_oldest_timestamp_seconds", "Creation time of the oldest document that waits for OpenSearch",
            () => _storage.Outbox.Status.OldestAt?.ToUnixTimeMilliseconds() / 1000.0),
        new(
            "outbox_age_seconds",
            "Age of the oldest document that waits for OpenSearch",
            () => _storage.Outbox.Status.OldestAt is { } oldest
                ? Math.Max(0, (_time.GetUtcNow() - oldest).TotalSeconds)
                : 0),
        new("outbox_memory_bytes", "Bytes of batches that are not stored in the database yet",
            () => _storage.Outbox.Status.MemoryBytes),
        new("outbox_memory_limit_bytes", "Maximum of outbox_memory_bytes", () => _options.Database.MemoryBytesMax),
        new("dead_letters", "Stored documents that OpenSearch rejected permanently",
            () => DeadLetterTable.Count(_storage.Database)),
        new("dead_letters_limit", "Maximum number of dead letters", () => _options.Database.DeadLettersMax),
        new("export_concurrency_limit", "Maximum number of concurrent bulk requests, adapted to the servers",
            () => _exporter.ConcurrencyLimit),
        new("export_healthy", "Whether documents are delivered to OpenSearch; absent without OpenSearch",
            () => _exporter.Status is { IsEnabled: true } export ? (export.Health == ExportHealth.Ok ? 1 : 0) : null),
        new("silences", "Active silences", () => _alerts.SilenceCount),
        new("resident_memory_bytes", "Resident memory of the collector", static () => Environment.WorkingSet),
    ];

    /// <summary>Gets the gauges with labels.</summary>
    internal GaugeSet[] GaugeSets() =>
    [
        new("alerts", "Current alerts", ["alertname", "severity", "state"], () => _alerts.Board.Alerts
            .CountBy(static alert => (alert.Rule, alert.Severity, alert.Phase))
            .Select(static pair => (
                (string[])[pair.Key.Rule, pair.Key.Severity.Name(), pair.Key.Phase.Name()], (double)pair.Value))),
        new(
            "alert_channel_up", "Whether the alert channel delivers notifications", ["channel", "type"],
            () => _alerts.Channels.Select(static channel => (
                (string[])[channel.Name, channel.Type], channel.Problem is null ? 1.0 : 0.0))),
        new(
            "alert_channel_waiting", "Alert changes that the channel has not reported yet", ["channel", "type"],
            () => _alerts.Channels.Select(
                static channel => ((string[])[channel.Name, channel.Type], (double)channel.WaitingCount))),
    ];

    private IngestLoop CreateIngest()
    {
        var limits = _options.Nodes.ToLimits();
        var requests = TrustSetup.CreateSender(_receivers, _keys, _time);
        var prober = new NodeProber(limits, requests.Send, _metrics, _time, Random.Shared);
        var posted = new PostedEvents(_registry.Events, _metrics);
        _alerts.ReportSilences(posted.Post);
        return new IngestLoop(
            _queue,
            _registry,
            [
                posted.Sweep,
                new LossDetector(_registry, prober, _localNetwork.Find, limits, _time).Sweep,
                new NodeRepairer(_registry, requests.Send, _metrics, _time).Sweep,
                new DisplayNotifier(_registry, _alerts.GetDisplayedLevel, requests.Send, _metrics, _time).Sweep,
            ],
            requests.TakeCookie,
            _keys,
            _metrics,
            _time,
            _loggers.CreateLogger<IngestLoop>());
    }

    /// <summary>Attaches the listeners: the outbox first, the live feed after everything it reads.</summary>
    private void AttachListeners()
    {
        var log = new NodeEventLog(_time, _loggers.CreateLogger<NodeEventLog>());
        var outbox = new OutboxFeed(_bulk, _storage.Outbox);
        List<ISampleListener> samples = [_storage.Checkpoint, _feed];
        List<IHealthListener> health = [_storage.Checkpoint, _alerts.Engine, _feed];
        List<IEventListener> raised = [_storage.Events, log, _alerts.Engine, _feed];
        if (_options.OpenSearch.IsEnabled)
        {
            samples.Insert(0, outbox);
            raised.Insert(0, outbox);
            health.Add(_indices.Publisher);
        }

        _registry.Attach(new NodeListeners(samples, health, raised));
    }

    private string Address => _options.Http.Page.ToString();

    /// <summary>Maps what every request passes, and the page.</summary>
    private void MapAccess()
    {
        var web = _web;
        var hosts = new AllowedHosts(_options.Http.Address, _options.Http.Hosts);
        web.Use((context, next) => hosts.FilterAsync(context, next));
        web.Use(static (context, next) => SecurityHeaders.AddAsync(context, next));
        var access = new HttpAccess(
            _options.Http.Access, _metrics.Alerts, _time, _loggers.CreateLogger<HttpAccess>());
        web.Use((context, next) => access.FilterAsync(context, next));
        web.MapGet("/healthz", static context => context.Response.WriteAsync("ok\n"));
        web.MapGet("/readyz", AnswerReadyAsync);
        PageFiles.Map(web, Path.Combine(AppContext.BaseDirectory, "wwwroot"));
    }

    private Task AnswerReadyAsync(HttpContext context)
    {
        if (!_isReady)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return context.Response.WriteAsync("The collector is starting or stopping.\n");
        }

        // Without the database the live view still works, so a load balancer must keep this collector.
        return context.Response.WriteAsync(
            _storage.Writer.Status.Problem is { } problem ? $"ready, but degraded: {problem}\n" : "ready\n");
    }

    private void OpenReceivers()
    {
        var endpoints = _options.Listen.Groups
            .Select(IPAddress.Parse)
            .GroupBy(static group => group.AddressFamily)
            .Select(family => new MulticastEndpoint(family.Key, _options.Listen.Port, [.. family], IsShared: false))
            .Concat(_options.Listen.RaspiCluster ? [RaspiCluster] : []);
        foreach (var endpoint in endpoints)
        {
            try
            {
                _receivers.Add(new MulticastReceiver(
                    endpoint,
                    _options.Listen.Interfaces,
                    _options.Listen.ReceiveBufferBytes,
                    _queue,
                    _metrics,
                    _time,
                    _logger));
                Log.Receiving(_logger, endpoint);
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                throw new StartFailedException(
                    $"UDP port {endpoint.Port} is in use: another collector may be running. Choose another port with "
                    + "--listen-port (Listen:Port), and the same with --port on the agents.",
                    error);
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressFamilyNotSupported)
            {
                Log.FamilyMissing(_logger, endpoint);
            }
        }

        if (_receivers.Count == 0)
        {
            throw new StartFailedException(
                "None of the groups can be listened to on this machine; see above. Name others with --listen-groups "
                + "(Listen:Groups).");
        }
    }

    private void RestoreNodes()
    {
        try
        {
            foreach (var outage in EventTable.OpenOutages(_storage.Database))
            {
                _registry.RestoreOutage(outage);
                _alerts.Engine.OnEvent(outage);
            }

            foreach (var status in NodeTable.Load(_storage.Database).OrderBy(static status => status.LastSeen))
            {
                _registry.Restore(status);
            }

            _registry.Events.Restore(EventTable.LastId(_storage.Database));
            Log.Restored(_logger, _registry.Count, _storage.Database.Path);
        }
        catch (SqliteException error)
        {
            // Live monitoring continues; nodes are added when they send.
            Log.NotRestored(_logger, _storage.Database.Path, error.Message);
        }
    }

    private async Task StartWebAsync()
    {
        try
        {
            await _web.StartAsync();
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            throw new StartFailedException(
                $"TCP port {_options.Http.Port} is in use on {_options.Http.Address}. Choose another with "
                + "--http-port (Http:Port).",
                error);
        }
        catch (SocketException error)
        {
            throw new StartFailedException(
                $"TCP port {_options.Http.Port} of {_options.Http.Address} cannot be listened to: {error.Message}. "
                + "Give another with --http-address (Http:Address) or --http-port (Http:Port).",
                error);
        }

        if (!IPAddress.IsLoopback(_options.Http.Address))
        {
            WarnOfOpenness(_options.Http.Access);
        }
    }

    private void WarnOfOpenness(HttpAccessSettings access)
    {
        if (!access.IsRequiredToRead)
        {
            Log.Unauthenticated(_logger, Address);
        }

        if (access.Certificate is null)
        {
            Log.Unencrypted(_logger, Address);
        }
    }

    private static async Task WaitForStopAsync()
    {
        var stopping = new TaskCompletionSource();
        using var interrupt = Signals.OnStop(() => stopping.TrySetResult());
        await stopping.Task;
    }

    private async Task WatchKernelAsync(CancellationToken cancellation)
    {
        var ports = new HashSet<int> { _options.Listen.Port };
        if (_options.Listen.RaspiCluster)
        {
            ports.Add(RaspiCluster.Port);
        }

        var drops = new KernelDrops("/proc", ports, _metrics, _logger);
        _localNetwork.Refresh();
        using var timer = new PeriodicTimer(KernelPeriod, _time);
        try
        {
            for (var tick = 1; await timer.WaitForNextTickAsync(cancellation); tick++)
            {
                drops.Update();
                _localNetwork.Refresh();
                if (tick == SettledTicks)
                {
                    ProgramPages.Release();
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            drops.Update();
        }
    }
}
