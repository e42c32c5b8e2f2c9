using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Ingest;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Ingest;

public sealed class IngestLoopTests
{
    private const string Good =
        """{"hostname":"pi-01","v":1,"node":"00000000000000aa","boot":"00000007","run":"00000001","seq":1,"time":1,"interval":1000}""";

    private readonly ManualTimeProvider _time = new();
    private readonly CollectorMetrics _metrics = new();
    private readonly Snapshots.Recorder _recorder = new();
    private readonly DatagramQueue _queue;
    private readonly NodeRegistry _registry;
    private readonly IngestLoop _loop;

    public IngestLoopTests()
    {
        _queue = new DatagramQueue(16, _metrics);
        _registry = Snapshots.Registry(100, _time, _recorder);
        _loop = Loop(NullLogger<IngestLoop>.Instance);
    }

    [Fact]
    public void Accepts_a_valid_datagram_once()
    {
        Receive(Good);
        Receive(Good);

        Assert.Equal(1, _metrics.DatagramsAccepted.Value);
        Assert.Equal(1, _metrics.DatagramsDuplicate.Value);
        Assert.Equal(0, _metrics.DatagramsRejected.Total);
    }

    [Fact]
    public void Measures_the_time_until_a_datagram_is_applied_and_names_the_slowest()
    {
        _queue.Enqueue(Encoding.UTF8.GetBytes(Good), Snapshots.Source, _time.GetTimestamp());
        _time.Advance(TimeSpan.FromMilliseconds(300));
        _loop.Drain();
        Receive("garbage");
        var text = _metrics.Registry.Scrape(isOpenMetrics: true);

        Assert.Contains("nodetelemetry_collector_datagram_apply_duration_seconds_count 1\n", text, StringComparison.Ordinal);
        Assert.Contains("_seconds_bucket{le=\"0.25\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("_seconds_bucket{le=\"0.5\"} 1 # {node=\"00000000000000aa\",seq=\"1\"} 0.3 ", text, StringComparison.Ordinal);
    }

    /// <summary>A copy costs one status: it is recognised by its bytes, before it is read.</summary>
    [Fact]
    public void A_copy_of_the_newest_sample_is_a_duplicate_without_being_read()
    {
        var sample = Good.Replace("\"interval\":1000", "\"interval\":1000,\"uptime\":5,\"cpu\":{\"user\":1,\"system\":2}", StringComparison.Ordinal);
        Receive(sample);
        Receive(sample);
        var bytes = Encoding.UTF8.GetBytes(sample);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Receive(bytes);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 768);
        Assert.Equal((1, 2), (_metrics.DatagramsAccepted.Value, _metrics.DatagramsDuplicate.Value));
        Assert.True(_registry.TryGet(Snapshots.NodeA, out var status));
        Assert.Equal((2, 1), (status.Duplicates, status.Received));
        Assert.Single(status.Readings.Sections);
    }

    [Fact]
    public void A_datagram_that_differs_from_an_accepted_one_is_read()
    {
        Receive(Good);
        Receive(Good.Replace("\"seq\":1", "\"seq\":2", StringComparison.Ordinal));
        Receive(Good);
        Receive(Good.Replace("pi-01", "pi-\u0001", StringComparison.Ordinal));

        Assert.Equal((2, 1, 1), (_metrics.DatagramsAccepted.Value, _metrics.DatagramsDuplicate.Value, _metrics.DatagramsRejected.Total));
    }

    /// <summary>A few datagrams are processed by the thread that received them, more of them by the loop.</summary>
    [Fact]
    public async Task Processes_few_datagrams_at_once_and_many_in_one_turn()
    {
        using var stop = new CancellationTokenSource();
        var running = _loop.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => Task.FromResult(_queue.Added is not null), TimeSpan.FromSeconds(20));

        _queue.Enqueue(Encoding.UTF8.GetBytes(Good), Snapshots.Source, _time.GetTimestamp());
        Assert.Equal(1, _metrics.DatagramsAccepted.Value);

        _queue.Added!(9);
        for (var sequence = 2; sequence < 14; sequence++)
        {
            _queue.Enqueue(Encoding.UTF8.GetBytes(Good.Replace("\"seq\":1", $"\"seq\":{sequence}", StringComparison.Ordinal)), Snapshots.Source, _time.GetTimestamp());
        }

        await Eventually.TrueAsync(() => Task.FromResult(_metrics.DatagramsAccepted.Value == 13), TimeSpan.FromSeconds(20));
        await stop.CancelAsync();
        await running;
        Assert.Null(_queue.Added);
    }

    [Theory]
    [InlineData("", RejectReason.Empty)]
    [InlineData("hello", RejectReason.NotJson)]
    [InlineData("""{"hostname":"pi""", RejectReason.NotJson)]
    [InlineData("[1,2]", RejectReason.NotObject)]
    [InlineData("""{"hostname":7}""", RejectReason.WrongType)]
    [InlineData("""{"hostname":"a","cpuusage":"x"}""", RejectReason.WrongType)]
    [InlineData("""{"hostname":"a","cpuusage":7}""", RejectReason.OutOfRange)]
    [InlineData("""{"cpuusage":0.5}""", RejectReason.MissingField)]
    [InlineData("""{"hostname":"a","v":1}""", RejectReason.MissingField)]
    [InlineData("""{"hostname":"a"}{"hostname":"b"}""", RejectReason.TrailingBytes)]
    [InlineData("""{"hostname":"a","x":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}""", RejectReason.TooDeep)]
    [InlineData("""{"hostname":"a","hostname":"b"}""", RejectReason.DuplicateField)]
    public void Counts_bad_datagrams_by_reason_and_changes_nothing(string text, object reason)
    {
        Receive(text);

        Assert.Equal(1, _metrics.DatagramsRejected[(RejectReason)reason].Value);
        Assert.Equal(1, _metrics.DatagramsRejected.Total);
        Assert.Equal(0, _registry.Count);
        Assert.Empty(_recorder.Accepted);
    }

    [Fact]
    public void Rejects_invalid_utf8_and_long_texts()
    {
        Receive([.. "{\"hostname\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        Receive(new byte[WireLimits.ReceivedBytesMax + 1]);

        Assert.Equal(1, _metrics.DatagramsRejected[RejectReason.NotUtf8].Value);
        Assert.Equal(1, _metrics.DatagramsRejected[RejectReason.TooLong].Value);
    }

    /// <summary>A valid datagram is cut, flipped and padded at random: never an exception, always exactly one counter moves.</summary>
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Survives_random_damage(int seed)
    {
        var random = new Random(seed);
        for (var index = 0; index < 5_000; index++)
        {
            var bytes = Encoding.UTF8.GetBytes(Good).AsSpan(0, random.Next(1, Good.Length + 1)).ToArray();
            for (var flips = random.Next(4); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            Receive(bytes);
        }

        Assert.Equal(
            5_000, _metrics.DatagramsAccepted.Value + _metrics.DatagramsDuplicate.Value + _metrics.DatagramsRejected.Total);
    }

    [Fact]
    public void Logs_the_first_bad_datagram_at_once_and_then_one_line_a_minute()
    {
        var logger = new LineLogger();
        var loop = Loop(logger);
        for (var index = 0; index < 1000; index++)
        {
            Receive("garbage", loop);
        }

        Assert.Equal("Rejected 1 datagrams (NotJson); the last one came from 10.77.0.11:40000 and had 7 bytes.", Assert.Single(logger.Lines));
        _time.Advance(TimeSpan.FromMinutes(1));
        Receive("garbage", loop);
        Assert.StartsWith("Rejected 1000 datagrams", logger.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Drops_the_oldest_when_the_queue_is_full_and_counts_it()
    {
        for (var sequence = 0; sequence < 20; sequence++)
        {
            _queue.Enqueue(Encoding.UTF8.GetBytes(Good.Replace("\"seq\":1", $"\"seq\":{sequence}", StringComparison.Ordinal)), Snapshots.Source, 0);
        }

        _loop.Drain();
        Assert.Equal(4, _metrics.DatagramsDropped[DropReason.QueueFull].Value);
        Assert.Equal(4, _recorder.Accepted[0].Snapshot.Header!.Sequence);
        Assert.Equal(16, _recorder.Accepted.Count);
    }

    [Fact]
    public void Nodes_are_checked_only_after_everything_that_arrived_before()
    {
        Receive(Good);
        _time.Advance(TimeSpan.FromSeconds(0.9));
        for (var tick = 0; tick < 50; tick++)
        {
            // Datagram and tick wait side by side, as after a busy moment.
            _time.Advance(TimeSpan.FromSeconds(0.9));
            _queue.Enqueue(
                Encoding.UTF8.GetBytes(Good.Replace("\"seq\":1", $"\"seq\":{tick + 2}", StringComparison.Ordinal)), Snapshots.Source, _time.GetTimestamp());
            _loop.Drain();
        }

        Assert.Equal([(Snapshots.NodeA, null, NodeHealth.Up)], _recorder.Changes);
    }

    [Fact]
    public void Waits_as_long_as_nothing_is_due()
    {
        Assert.Equal(LossDetector.SweepPeriodMax, _loop.Drain());

        // Its next sample moves the moment at which the node is late, and nothing is due before.
        Receive(Good);
        Assert.True(_registry.TryGet(Snapshots.NodeA, out var status));
        var late = Health.LateAfter(status);
        var passed = TimeSpan.Zero;
        for (; passed < late - TimeSpan.FromMilliseconds(100); passed += TimeSpan.FromMilliseconds(100))
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            _loop.Drain();
        }

        Assert.Equal(late - passed, _loop.Drain());
        Receive(Good.Replace("\"seq\":1", "\"seq\":2", StringComparison.Ordinal));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(LossDetector.SweepPeriodMax, _loop.Drain());
    }

    /// <summary>After warm-up a rejected datagram costs no memory, an accepted one its snapshot and status only.</summary>
    [Fact]
    public void Allocates_nothing_for_rejects_and_little_for_accepted()
    {
        var full = Encoding.UTF8.GetBytes(
            """
            {"hostname":"pi-01","cpufreq":1500,"cputemp":48.3,"cpuusage":0.12,"coreusage":[0.1,0.2,0.1,0.1],"loadavg":[0.1,0.2,0.3],"meminfo":{"MemTotal":1,"MemFree":1,"MemAvailable":1,"Buffers":1,"Cached":1,"SwapTotal":0,"SwapFree":0},"v":1,"node":"00000000000000aa","boot":"00000007","run":"00000001","seq":1000000000,"time":1795600000000,"interval":1000,"uptime":100}
            """);
        var place = full.AsSpan().IndexOf("1000000000"u8) + 1;
        var garbage = "{\"hostname\":\"a\",\"cpuusage\":\"x\"}"u8.ToArray();
        var quiet = new NodeRegistry(10, new CollectorMetrics(), _time);
        var loop = new IngestLoop(
            _queue, quiet, [Detector(quiet).Sweep], static (_, _) => false, NoKeys, _metrics, _time, NullLogger<IngestLoop>.Instance);
        Run(loop, full, place, 2000);
        Run(loop, garbage, -1, 2000);

        Assert.Equal(0, Run(loop, garbage, -1, 1000));
        var perDatagram = Run(loop, full, place, 1000) / 1000;
        Assert.InRange(perDatagram, 1, 1024);
    }

    private static readonly HealthLimits Health = new(2.5, 5, 5, TimeSpan.FromSeconds(2), TimeSpan.FromDays(1));

    private static readonly KeyStore NoKeys = new(SignaturePolicy.VerifyIfPresent, null, NullLogger.Instance);

    private static long _next;

    private long Run(IngestLoop loop, byte[] bytes, int digitsAt, int count)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var index = 0; index < count; index++)
        {
            if (digitsAt >= 0)
            {
                System.Buffers.Text.Utf8Formatter.TryFormat(100_000_000 + _next++, bytes.AsSpan(digitsAt, 9), out _);
            }

            _queue.Enqueue(bytes, Snapshots.Source, 1);
            loop.Drain();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private IngestLoop Loop(ILogger<IngestLoop> logger) =>
        new(_queue, _registry, [Detector(_registry).Sweep], static (_, _) => false, NoKeys, _metrics, _time, logger);

    private LossDetector Detector(NodeRegistry registry) =>
        new(registry, Snapshots.SilentProber(Health, _time), Snapshots.NoFault, Health, _time);

    private void Receive(string text, IngestLoop? loop = null) => Receive(Encoding.UTF8.GetBytes(text), loop);

    private void Receive(byte[] bytes, IngestLoop? loop = null)
    {
        _queue.Enqueue(bytes, Snapshots.Source, _time.GetTimestamp());
        (loop ?? _loop).Drain();
    }

    private sealed class LineLogger : ILogger<IngestLoop>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
