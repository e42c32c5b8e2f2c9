using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export;
using NodeTelemetry.Collector.Export.Documents;
using NodeTelemetry.Collector.Export.Settings;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Collector.Storage.History;
using NodeTelemetry.Collector.Storage.Outbox;
using NodeTelemetry.Collector.Storage.Tables;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Benchmarks;

/// <summary>A database with a backlog, created by the collector's code, and its request bodies.</summary>
internal sealed class Backlog
{
    private const int NodeCount = 100;

    private Backlog(IReadOnlyList<OutboxBatch> batches, long bytes)
    {
        Batches = batches;
        Bytes = bytes;
    }

    /// <summary>Gets the batches, oldest first.</summary>
    public IReadOnlyList<OutboxBatch> Batches { get; }

    /// <summary>Gets the bytes of the lines before compression.</summary>
    public long Bytes { get; }

    /// <summary>Gets the number of documents.</summary>
    public long Documents => Batches.Sum(static batch => (long)batch.Documents);

    /// <summary>Gets its first batches.</summary>
    public Backlog Part(double share) => new([.. Batches.Take((int)Math.Ceiling(Batches.Count * share))], 0);

    /// <summary>Creates a database with a given number of readings.</summary>
    public static Backlog Create(string path, int documents)
    {
        var metrics = new CollectorMetrics();
        var storage = new StorageSettings { Path = path, OutboxBytesMax = 1L << 40 };
        using var database = new TelemetryDatabase(
            path, metrics, TimeProvider.System, NullLogger<TelemetryDatabase>.Instance);
        using var outbox = new OutboxStore(storage, metrics, TimeProvider.System);
        var gate = new Lock();
        var retention = new RetentionClock(
            TimeProvider.System, static () => true, NullLogger<RetentionClock>.Instance);
        var checkpoint = new SampleCheckpoint(
            new HistoryStore(storage, metrics, retention, TimeProvider.System, gate), new NodeTable(gate), storage,
            TimeProvider.System, gate);
        var writer = new DatabaseWriter(
            database, [checkpoint, outbox], metrics, TimeProvider.System, NullLogger<DatabaseWriter>.Instance);
        using var encoder = new BulkRequestWriter(new ExportSettings(), metrics);
        var feed = new OutboxFeed(encoder, outbox);
        var random = new Random(1);
        var start = DateTimeOffset.UtcNow.Date.AddHours(-1);
        for (var number = 0; number < documents; number++)
        {
            var reading = Reading(number, start, random);
            var status = Status(reading);
            feed.OnSample(reading, status);
            checkpoint.OnSample(reading, status);
            if (number % 10_000 == 0)
            {
                writer.RunRound(final: false);
            }
        }

        writer.RunRound(final: true);
        var batches = new List<OutboxBatch>();
        long bytes = 0;
        while (outbox.Take(database, isDegraded: false) is { } batch)
        {
            bytes += batch.ReadLines().Length;
            batches.Add(new OutboxBatch(batch.CreatedAt, batch.Documents, batch.IsCompressed, batch.Body, batch.StoredRoutes));
        }

        return new Backlog(batches, bytes);
    }

    private static AcceptedSnapshot Reading(int number, DateTimeOffset start, Random random)
    {
        var node = $"{(number % NodeCount) + 1:x16}";
        var time = start.AddMilliseconds(number / NodeCount);
        return new AcceptedSnapshot(
            node,
            new NodeSnapshot
            {
                Hostname = $"pi-{number % NodeCount:00}",
                Header = new SampleHeader
                {
                    Node = node,
                    Boot = 0x5a1e33d0,
                    Run = 0x0badcafe,
                    Sequence = number / NodeCount,
                    TimeMilliseconds = time.ToUnixTimeMilliseconds(),
                    IntervalMilliseconds = 1000,
                    UptimeSeconds = 350_735 + (number / NodeCount),
                },
            }
            .With(
                (CpuSummarySection.FrequencyHertz, 1800e6),
                (CpuSummarySection.TemperatureCelsius, Math.Round(40 + (random.NextDouble() * 20), 3)),
                (CpuSummarySection.UsageRatio, Math.Round(random.NextDouble(), 4)),
                (MeminfoSection.TotalBytes, 3_977_580_544),
                (MeminfoSection.FreeBytes, random.Next(1_000_000_000)),
                (MeminfoSection.AvailableBytes, random.Next(2_000_000_000)),
                (MeminfoSection.BuffersBytes, 59_822_080),
                (MeminfoSection.CachedBytes, random.Next(1_000_000_000)),
                (MeminfoSection.SwapTotalBytes, 104_853_504),
                (MeminfoSection.SwapFreeBytes, 104_853_504))
            .WithCores(Enumerable.Range(0, 4).Select(_ => Math.Round(random.NextDouble(), 4)))
            .WithLoad(Math.Round(random.NextDouble() * 4, 2), Math.Round(random.NextDouble() * 4, 2), 0.28),
            time);
    }

    private static NodeStatus Status(AcceptedSnapshot accepted) => new()
    {
        Id = accepted.NodeId,
        Hostname = accepted.Snapshot.Hostname,
        Health = NodeHealth.Up,
        HealthSince = accepted.ReceivedAt,
        FirstSeen = accepted.ReceivedAt,
        LastSeen = accepted.ReceivedAt,
        LastSeenTimestamp = 1,
        Interval = TimeSpan.FromSeconds(1),
        Address = "192.0.2.41",
        Header = accepted.Snapshot.Header,
        Readings = accepted.Snapshot,
        Received = 1,
        Missed = 0,
        Duplicates = 0,
    };
}
