using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Collector.Alerts.Channels;
using NodeTelemetry.Collector.Alerts.Engine;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Alerts.Storage;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Collector.Tests.Alerts.Engine;

/// <summary>
/// The real registry, engine, channel sender and SQLite file, driven second by second on the test's thread. Only the
/// clock and the remote side of the channel are simulated.
/// </summary>
internal sealed class AlertBench : IDisposable
{
    public static readonly Uri Page = new("http://collector:8077/");

    private readonly TempFolder _folder = new();
    private readonly IReadOnlyList<AlertRule> _rules;
    private readonly IReadOnlyList<MaintenanceWindow> _windows;
    private readonly ChannelSettings _settings;
    private readonly int _nodeCountMax;
    private TelemetryDatabase _database = null!;
    private DatabaseWriter _writer = null!;

    public AlertBench(
        IReadOnlyList<AlertRule>? rules = null,
        ChannelSettings? channel = null,
        IReadOnlyList<MaintenanceWindow>? windows = null,
        int nodeCountMax = 5000)
    {
        _nodeCountMax = nodeCountMax;
        _rules = rules ?? DefaultRules.All;
        _windows = windows ?? [];
        _settings = channel ?? new ChannelSettings { Name = "people", Type = "webhook", AttemptCount = 2 };
        Open();
    }

    public ManualTimeProvider Time { get; } = new();

    public CollectorMetrics Metrics { get; } = new();

    public RecordingChannel Channel { get; } = new();

    public NodeRegistry Registry { get; private set; } = null!;

    public AlertEngine Engine { get; private set; } = null!;

    public SilenceList Silences { get; private set; } = null!;

    public ChannelSender Sender { get; private set; } = null!;

    public string? Problem { get; set; }

    public IReadOnlyList<Alert> Alerts => Engine.Board.Alerts;

    /// <summary>Lets a node send a sample.</summary>
    public void Send(
        string node = Snapshots.NodeA,
        double? celsius = null,
        string hostname = "pi-01",
        string? rack = null,
        IReadOnlyList<SectionReading>? sections = null,
        DateTimeOffset? time = null)
    {
        var sequence = _sequences[node] = _sequences.GetValueOrDefault(node) + 1;
        var snapshot = Snapshots.Of(sequence, node, hostname: hostname);
        snapshot = snapshot with
        {
            Header = snapshot.Header! with
            {
                TimeMilliseconds = (time ?? Time.GetUtcNow()).ToUnixTimeMilliseconds(),
            },
            Sections = sections ?? [],
            About = new AboutReading { Board = "Pi" },
            Labels = rack is null ? null : [KeyValuePair.Create("rack", rack)],
        };
        snapshot = snapshot.With((CpuSummarySection.TemperatureCelsius, celsius));
        Registry.Apply(snapshot, Snapshots.Source, Time.GetTimestamp());
    }

    /// <summary>Advances time second by second; in each the node sends, the engine evaluates and the sender steps.</summary>
    public async Task RunAsync(int seconds, Action? send = null)
    {
        for (var second = 0; second < seconds; second++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            send?.Invoke();
            await EvaluateAsync();
        }
    }

    public async Task EvaluateAsync()
    {
        Engine.Evaluate();
        var stepping = Sender.StepAsync(CancellationToken.None);

        // Delays between attempts use the manual clock.
        while (!stepping.IsCompleted)
        {
            Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await stepping;
        _writer.RunRound(final: false);
    }

    /// <summary>Restarts with the same file, as after kill -9 or, with <paramref name="inOrder"/>, a planned stop.</summary>
    public async Task RestartAsync(TimeSpan down, bool inOrder = false)
    {
        if (inOrder)
        {
            using var stopped = new CancellationTokenSource();
            await stopped.CancelAsync();
            await Engine.RunAsync(stopped.Token);
            await _writer.StopAsync();
        }

        var nodes = Registry.Statuses.ToList();
        Close();
        Time.Advance(down);
        Open();
        nodes.ForEach(Registry.Restore);
    }

    public void Execute(string text) => _database.Session!.Execute(text);

    public void Dispose()
    {
        Close();
        _folder.Dispose();
    }

    private readonly Dictionary<string, long> _sequences = [];

    private void Open()
    {
        var store = new AlertStore();
        _database = new TelemetryDatabase(
            _folder["telemetry.db"], Metrics, Time, NullLogger<TelemetryDatabase>.Instance);
        _writer = new DatabaseWriter(_database, [store], Metrics, Time, NullLogger<DatabaseWriter>.Instance);
        _writer.RunRound(final: false);
        Silences = new SilenceList(
            _windows, store, new RetentionClock(Time, static () => true, NullLogger<RetentionClock>.Instance), Time);
        Engine = new AlertEngine(
            _rules, [new CollectorCondition(DefaultRules.OpenSearch, () => Problem)], () => Registry.Statuses, store,
            Silences, Metrics.Alerts, Time);
        Registry = Snapshots.Registry(_nodeCountMax, Time, Engine, Metrics);
        Sender = new ChannelSender(
            _settings, Channel, () => Engine.Board, store, Metrics.Alerts, Page, Time, NullLogger.Instance);
        Engine.IsDeliveryPending = Sender.IsDeliveryPending;
        var content = store.Load(_database);
        Silences.Restore(content.Silences);
        Engine.Restore(content.Alerts);
        Sender.Restore(content.Deliveries);
    }

    private void Close()
    {
        _database.Dispose();
        Engine.Dispose();
        Sender.Dispose();
    }

    /// <summary>Records notifications, and fails a given number of times.</summary>
    internal sealed class RecordingChannel : IAlertChannel
    {
        public List<AlertNotification> Sent { get; } = [];

        public int Attempts { get; private set; }

        public int FailureCount { get; set; }

        public bool IsTemporary { get; set; } = true;

        /// <summary>Gets or sets an unexpected exception to fail with.</summary>
        public Exception? Defect { get; set; }

        public AlertNotification Last => Sent[^1];

        public Task<string> SendAsync(AlertNotification notification, CancellationToken cancellation)
        {
            Attempts++;
            if (Defect is not null)
            {
                throw Defect;
            }

            if (FailureCount > 0)
            {
                FailureCount--;
                throw new AlertDeliveryException("The far side is not there.", IsTemporary);
            }

            Sent.Add(notification);
            return Task.FromResult("taken");
        }

        public void Dispose()
        {
            // Used again after a restart.
        }
    }
}
