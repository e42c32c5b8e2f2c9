using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Storage.History;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Storage.History;

public class EntryHistoryTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Sensors_have_min_mean_and_max_per_minute_also_after_a_restart()
    {
        using var bench = new StorageBench();
        var start = bench.Time.GetUtcNow();
        Sample(bench, SensorsSection.TemperatureCelsius, ("bme280", 20), ("hts221", 30));
        bench.Run(10 * Second, Second);
        Sample(bench, SensorsSection.TemperatureCelsius, ("bme280", 22));
        AssertIs(Only(bench, start, "bme280"), [20], [21], [22]);

        bench.Run(2 * Minute, Second);
        Sample(bench, SensorsSection.TemperatureCelsius, ("bme280", 25));
        await bench.RestartAsync();
        AssertIs(Only(bench, start, "bme280"), [20, null, 25], [21, null, 25], [22, null, 25]);
        AssertIs(Only(bench, start, "hts221"), [30, null, null], [30, null, null], [30, null, null]);
        Assert.Equal(60_000, Ask(bench, start).Step);
    }

    [Fact]
    public void Names_with_slashes_are_parsed_back()
    {
        using var bench = new StorageBench();
        var start = bench.Time.GetUtcNow();
        Sample(bench, FilesystemsSection.UsedRatio, ("/", 0.5), ("/boot/firmware", 0.25));
        bench.Run(2 * Minute, Second);

        var answer = Ask(bench, start);
        Assert.Equal(["/", "/boot/firmware"], answer.Entries.Select(static entry => entry.Entry));
        Assert.All(answer.Entries, static entry => Assert.Same(FilesystemsSection.UsedRatio, entry.Field));
        Assert.Empty(bench.Query.Node("pi-1", null, start, bench.Time.GetUtcNow(), 500).Readings);
    }

    [Fact]
    public void Counters_become_rates_except_across_a_reset_or_a_long_silence()
    {
        using var bench = new StorageBench();
        var start = bench.Time.GetUtcNow();
        Received(1000);
        bench.Run(2 * Second, Second);
        Received(5000);
        AssertIs(Only(bench, start, "eth0"), [2000], [2000], [2000]);

        // Two that waited together in a queue; a reset; what was silent for longer than a graph can show.
        Received(5001);
        bench.Run(2 * Second, Second);
        Received(10);
        bench.Run(TimeSpan.FromMinutes(6), Second);
        Received(1_000_000);
        Assert.Equal([2000, null, null, null, null, null, null], Only(bench, start, "eth0").Avg);

        // A late one comes between and counts for nothing: the next has the whole difference.
        bench.Run(2 * Second, Second);
        Sample(bench, NetworkSection.ReceivedBytes, isLate: true, ("eth0", 500_000));
        Received(1_000_200);
        Assert.Equal(100, Only(bench, start, "eth0").Avg[^1]);

        void Received(double bytes) => Sample(bench, NetworkSection.ReceivedBytes, ("eth0", bytes));
    }

    /// <summary>Case: 1 MB/s, a wrap at 2^32, and a counter that reads 0 once and goes on where it was.</summary>
    [Fact]
    public void A_counter_that_reads_zero_once_has_not_been_reset()
    {
        using var bench = new StorageBench();
        var start = bench.Time.GetUtcNow();
        for (var second = 0; second < 240; second++)
        {
            var count = (4_294_967_296 - 45_000_000 + (second * 1_000_000L)) % 4_294_967_296;
            Sample(bench, NetworkSection.ReceivedBytes, ("eth0", second is 100 or 150 or 151 ? 0 : count));
            bench.Run(Second, Second);
        }

        var history = Only(bench, start, "eth0");
        var rates = history.Min.Concat(history.Avg).Concat(history.Max).OfType<double>().ToList();
        Assert.NotEmpty(rates);
        Assert.All(rates, static rate => Assert.InRange(rate, 900_000, 1_100_000));
    }

    [Fact]
    public void Late_samples_go_into_the_bucket_of_their_time()
    {
        using var bench = new StorageBench();
        var start = bench.Time.GetUtcNow();
        Sample(bench, SensorsSection.Lux, ("ltr559", 10));
        bench.Run(5 * Minute, Second);
        Sample(bench, SensorsSection.Lux, isLate: true, start + Minute, ("ltr559", 30));
        bench.Run(10 * Second, Second);
        Assert.Equal([10, 30, null, null, null, null], Only(bench, start, "ltr559").Avg);
    }

    [Fact]
    public void Coarser_tiers_are_rolled_up_again_for_late_samples()
    {
        using var bench = new StorageBench();
        for (var minute = 0; minute < 31; minute++)
        {
            Sample(bench, SensorsSection.TemperatureCelsius, ("bme280", minute));
            bench.Sample("pi-1", 0.5);
            bench.Run(Minute, 5 * Second);
        }

        bench.Run(2 * Second, Second);
        Assert.Equal(31, Samples(bench, 60));
        var rolledUp = Samples(bench, 900);
        Assert.InRange(rolledUp, 15, 30);
        Sample(bench, SensorsSection.TemperatureCelsius, isLate: true, bench.Time.GetUtcNow() - (20 * Minute), ("bme280", 99));
        bench.Run(Minute, Second);
        Assert.Equal(rolledUp + 1, Samples(bench, 900));
        Assert.Equal(99, bench.Scalar("SELECT max(high) FROM history WHERE step = 900 AND reading IN (SELECT id FROM history_reading WHERE name LIKE 'sensors/%')"));
    }

    [Fact]
    public void Series_of_a_node_beyond_the_limit_are_dropped_and_counted()
    {
        using var bench = new StorageBench();
        Sample(bench, SensorsSection.Lux, [.. Enumerable.Range(0, HistoryNode.EntrySeriesMax + 3).Select(static number => ($"s{number}", (double)number))]);
        Assert.Equal(HistoryNode.EntrySeriesMax, Ask(bench, bench.Time.GetUtcNow()).Entries.Count);
        Assert.Equal(3, bench.Metrics.Storage.HistoryDropped[HistoryDropReason.TooManySeries].Value);
    }

    [Fact]
    public void Only_requested_sections_are_returned()
    {
        using var bench = new StorageBench();
        var now = bench.Time.GetUtcNow();
        Sample(bench, SensorsSection.Lux, ("ltr559", 1));
        Sample(bench, TemperaturesSection.Celsius, ("cpu", 50));
        Assert.Equal(2, Ask(bench, now).Entries.Count);
        Assert.Equal("cpu", Assert.Single(bench.Query.Entries("pi-1", [TemperaturesSection.Definition], now, now + Second, 500).Entries).Entry);
        Assert.Empty(bench.Query.Entries("pi-2", null, now, now + Second, 500).Entries);
    }

    [Fact]
    public void Name_of_another_version_is_not_a_series()
    {
        Assert.Null(SeriesName.Parse("cpuRatio"));
        Assert.Null(SeriesName.Parse("sensors/bme280/unheardOf"));
        Assert.Null(SeriesName.Parse("/"));
        Assert.Equal((FilesystemsSection.UsedRatio, "/"), SeriesName.Parse(SeriesName.Create(FilesystemsSection.UsedRatio, "/")));
    }

    private static void Sample(StorageBench bench, FieldDefinition field, params (string Entry, double Value)[] values) =>
        Sample(bench, field, isLate: false, values);

    private static void Sample(
        StorageBench bench, FieldDefinition field, bool isLate, params (string Entry, double Value)[] values) =>
        Sample(bench, field, isLate, bench.Time.GetUtcNow(), values);

    private static void Sample(
        StorageBench bench,
        FieldDefinition field,
        bool isLate,
        DateTimeOffset at,
        params (string Entry, double Value)[] values)
    {
        var builder = new SectionBuilder(field.Section);
        foreach (var (entry, value) in values)
        {
            builder.Begin(entry);
            builder.Set(field, value);
        }

        var snapshot = new NodeSnapshot { Hostname = "pi-1", Sections = [builder.Build()!] };
        bench.Checkpoint.OnSample(new AcceptedSnapshot("pi-1", snapshot, at, isLate), bench.Status("pi-1", snapshot, at));
    }

    private static NodeEntriesHistory Ask(StorageBench bench, DateTimeOffset from) =>
        bench.Query.Entries("pi-1", null, from, bench.Time.GetUtcNow() + Second, 500);

    private static EntryHistory Only(StorageBench bench, DateTimeOffset from, string entry) =>
        Ask(bench, from).Entries.Single(series => series.Entry == entry);

    private static long Samples(StorageBench bench, int step) => bench.Scalar(
        $"SELECT coalesce(sum(samples), 0) FROM history JOIN history_reading r ON r.id = reading AND r.name LIKE 'sensors/%' WHERE step = {step}");

    private static void AssertIs(EntryHistory history, double?[] min, double?[] avg, double?[] max)
    {
        Assert.Equal(min, history.Min);
        Assert.Equal(avg, history.Avg);
        Assert.Equal(max, history.Max);
    }
}
