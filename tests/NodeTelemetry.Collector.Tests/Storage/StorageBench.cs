using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Collector.Storage.History;
using NodeTelemetry.Collector.Storage.Outbox;
using NodeTelemetry.Collector.Storage.Tables;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Collector.Tests.Storage;

/// <summary>A whole storage in a folder of its own, driven round by round on the test's thread.</summary>
internal sealed class StorageBench : IDisposable
{
    private readonly bool _ownsFolder;
    private HistoryRecovery? _recovery;

    public StorageBench(
        Func<StorageSettings, StorageSettings>? change = null, string? folder = null, ManualTimeProvider? time = null)
    {
        _ownsFolder = folder is null;
        Folder = folder ?? Directory.CreateTempSubdirectory("nodetelemetry-storage-").FullName;
        Time = time ?? new ManualTimeProvider();
        Settings = new StorageSettings
        {
            Path = System.IO.Path.Combine(Folder, "telemetry.db"),
            CheckpointPeriod = TimeSpan.FromSeconds(10),
        };
        Settings = change?.Invoke(Settings) ?? Settings;
        Open();
    }

    public string Folder { get; }

    public ManualTimeProvider Time { get; }

    public StorageSettings Settings { get; }

    public CollectorMetrics Metrics { get; private set; } = null!;

    public TelemetryDatabase Database { get; private set; } = null!;

    public OutboxStore Outbox { get; private set; } = null!;

    public DeadLetterTable DeadLetters { get; private set; } = null!;

    public HistoryStore History { get; private set; } = null!;

    public HistoryQuery Query { get; private set; } = null!;

    public SampleCheckpoint Checkpoint { get; private set; } = null!;

    public RetentionClock Retention { get; private set; } = null!;

    /// <summary>Gets or sets a value indicating whether the system says that its clock is synchronized.</summary>
    public bool IsSynchronized { get; set; }

    public EventTable Events { get; private set; } = null!;

    public DatabaseWriter Writer { get; private set; } = null!;

    /// <summary>Starts over on the same file, as after a crash: what was not committed is gone.</summary>
    public void Crash()
    {
        Database.Dispose();
        Outbox.Dispose();
        Open();
    }

    /// <summary>Stops in order and starts again on the same file.</summary>
    public async Task RestartAsync()
    {
        await Writer.StopAsync();
        Crash();
    }

    public bool Round(bool final = false) => Writer.RunRound(final);

    /// <summary>Lets a checkpoint become due and stores it.</summary>
    public void Store()
    {
        Time.Advance(Settings.CheckpointPeriod + TimeSpan.FromSeconds(1));
        Round();
    }

    /// <summary>Lets time pass in small steps, with a round after each.</summary>
    public void Run(TimeSpan span, TimeSpan step)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += step)
        {
            Time.Advance(step);
            Round();
        }
    }

    /// <summary>Creates a source of events that the event table listens to.</summary>
    public NodeEvents CreateNodeEvents()
    {
        var events = new NodeEvents(Time);
        events.Attach([Events]);
        return events;
    }

    public void Sample(
        string node, double cpuRatio, DateTimeOffset? at = null, double? celsius = null, bool isLate = false)
    {
        var snapshot = new NodeSnapshot { Hostname = node }.With(
            (CpuSummarySection.UsageRatio, cpuRatio), (CpuSummarySection.TemperatureCelsius, celsius));
        var received = at ?? Time.GetUtcNow();
        Checkpoint.OnSample(new AcceptedSnapshot(node, snapshot, received, isLate), Status(node, snapshot, received));
    }

    public NodeStatus Status(string node, NodeSnapshot snapshot, DateTimeOffset at) => new()
    {
        Id = node,
        Hostname = snapshot.Hostname,
        Health = NodeHealth.Up,
        HealthSince = at,
        FirstSeen = at,
        LastSeen = at,
        LastSeenTimestamp = Time.GetTimestamp(),
        Interval = TimeSpan.FromSeconds(2),
        Header = snapshot.Header,
        Readings = snapshot,
        Received = 1,
        Missed = 0,
        Duplicates = 0,
    };

    /// <summary>Runs a query; to it, the history is one table with a row for each value.</summary>
    public long Scalar(string text)
    {
        using var connection = Database.OpenReader()!;
        if (text.Contains("history ", StringComparison.Ordinal) || text.EndsWith("history", StringComparison.Ordinal))
        {
            HistoryView.Create(connection);
        }

        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A test's own text.
        command.CommandText = text;
#pragma warning restore CA2100
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _recovery!.Dispose();
        Database.Dispose();
        Outbox.Dispose();
        SqliteConnection.ClearAllPools();
        if (_ownsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private void Open()
    {
        Metrics = new CollectorMetrics();
        Database = new TelemetryDatabase(Settings.Path, Metrics, Time, NullLogger<TelemetryDatabase>.Instance);
        Outbox = new OutboxStore(Settings, Metrics, Time);
        DeadLetters = new DeadLetterTable(Settings, Metrics);
        Retention = new RetentionClock(Time, () => IsSynchronized, NullLogger<RetentionClock>.Instance);
        var gate = new Lock();
        History = new HistoryStore(Settings, Metrics, Retention, Time, gate);
        Checkpoint = new SampleCheckpoint(History, new NodeTable(gate), Settings, Time, gate);
        Events = new EventTable(Settings, Metrics, Retention, Time);
        Query = new HistoryQuery(Settings, Database, History, Time);
        _recovery?.Dispose();
        _recovery = new HistoryRecovery(Settings.Tiers, Metrics.Storage, Database);
        Writer = new DatabaseWriter(
            Database, [Retention, Checkpoint, Outbox, DeadLetters, Events, _recovery], Metrics, Time, NullLogger<DatabaseWriter>.Instance);
        Round();
    }
}
