using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export;
using NodeTelemetry.Collector.Export.Documents;
using NodeTelemetry.Collector.Export.Settings;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Collector.Storage.Outbox;
using NodeTelemetry.Collector.Tests.Storage;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Collector.Tests.Export;

/// <summary>A running storage and exporter, against the servers at some addresses.</summary>
internal sealed class ExportBench : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    // Longer than any test: batches are closed by the tests themselves, however slow the machine is.
    private static readonly TimeSpan Linger = TimeSpan.FromHours(1);

    private readonly TempFolder _folder;
    private readonly bool _ownsFolder;
    private readonly BulkRequestWriter _encoder;
    private readonly OutboxFeed _feed;
    private long _sequence;

    public ExportBench(
        IReadOnlyList<Uri> hosts,
        Func<ExportSettings, ExportSettings>? change = null,
        Func<StorageSettings, StorageSettings>? changeStorage = null,
        TempFolder? folder = null,
        long sequence = 0)
    {
        _ownsFolder = folder is null;
        _folder = folder ?? new TempFolder();
        _sequence = sequence;
        var settings = new ExportSettings { Hosts = hosts, RetryDelayMax = TimeSpan.FromMilliseconds(300) };
        settings = change?.Invoke(settings) ?? settings;
        var storage = new StorageSettings { Path = _folder["telemetry.db"], Linger = Linger };
        storage = changeStorage?.Invoke(storage) ?? storage;
        Database = new TelemetryDatabase(
            storage.Path, Metrics, TimeProvider.System, NullLogger<TelemetryDatabase>.Instance);
        Outbox = new OutboxStore(storage, Metrics, TimeProvider.System);
        DeadLetters = new DeadLetterTable(storage, Metrics);
        Writer = new DatabaseWriter(
            Database, [Outbox, DeadLetters], Metrics, TimeProvider.System, NullLogger<DatabaseWriter>.Instance);
        Writer.Start();
        Exporter = new OpenSearchExporter(
            settings, Database, Writer, Outbox, DeadLetters, Metrics, TimeProvider.System, new Random(1),
            NullLogger<OpenSearchExporter>.Instance);
        _encoder = new BulkRequestWriter(settings, Metrics);
        _feed = new OutboxFeed(_encoder, Outbox);
    }

    public CollectorMetrics Metrics { get; } = new();

    public TelemetryDatabase Database { get; }

    public OutboxStore Outbox { get; }

    public DeadLetterTable DeadLetters { get; }

    public DatabaseWriter Writer { get; }

    public OpenSearchExporter Exporter { get; }

    /// <summary>Appends readings of a few nodes, each with a sequence number of its own, and stores them.</summary>
    public void Append(int count)
    {
        for (var number = 0; number < count; number++)
        {
            var reading = Readings.Full(
                _sequence, $"00000000000000{_sequence % 4:x2}", Readings.Now.AddSeconds(_sequence++));
            _feed.OnSample(reading, Readings.Status(reading));
        }

        Writer.RunRound(final: true);
    }

    /// <summary>Appends one document that no reading makes.</summary>
    public void AppendRaw(string id, string text, string index = "nodetelemetry-metrics-v1-2026.11.03")
    {
        Outbox.Append(Encoding.UTF8.GetBytes(
            $$$"""
            {"create":{"_index":"{{{index}}}","_id":"{{{id}}}"}}
            {"host":{"id":"raw"},"text":"{{{text}}}"}

            """));
        Writer.RunRound(final: true);
    }

    public async Task UntilAsync(Func<bool> condition, string what) => await Eventually.TrueAsync(
        () => Task.FromResult(condition()),
        Deadline,
        () => $"{what}: {Exporter.Status}, {Metrics.Export.Requests.Value} requests.");

    public Task UntilDrainedAsync() => UntilAsync(
        () => Outbox.Status.Documents == 0, "the outbox is empty");

    public IReadOnlyList<DeadLetter> Letters()
    {
        Writer.RunRound(final: true);
        return DeadLetterTable.Read(Database, 100);
    }

    public async ValueTask DisposeAsync()
    {
        await Exporter.DisposeAsync();
        await Writer.StopAsync();
        await Writer.DisposeAsync();
        Database.Dispose();
        Outbox.Dispose();
        _encoder.Dispose();
        if (_ownsFolder)
        {
            _folder.Dispose();
        }
    }
}
