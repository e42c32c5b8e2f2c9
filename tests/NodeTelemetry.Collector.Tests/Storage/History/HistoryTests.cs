using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Collector.Storage.History;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Storage.History;

public class HistoryTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Bucket_holds_min_mean_and_max_by_time_of_arrival_and_gaps_are_null()
    {
        using var bench = new StorageBench();
        var start = bench.Time.GetUtcNow();
        bench.Sample("pi-1", 0.2);
        bench.Time.Advance(5 * Second);
        bench.Sample("pi-1", 0.4);
        bench.Run(25 * Second, Second);
        bench.Sample("pi-1", 0.9);
        bench.Run(12 * Second, Second);

        var answer = bench.Query.Node("pi-1", null, start, start + (40 * Second), 500);
        Assert.Equal(10_000, answer.Step);
        Assert.Equal([0, 10_000, 20_000, 30_000], answer.Times.Select(time => time - start.ToUnixTimeMilliseconds()));
        var cpu = Assert.Single(answer.Readings);
        Assert.Equal("cpuRatio", cpu.Definition.ApiName);
        Assert.Equal([0.2, null, null, 0.9], cpu.Min);
        AssertNear([0.3, null, null, 0.9], cpu.Avg);
        Assert.Equal([0.4, null, null, 0.9], cpu.Max);
    }

    [Fact]
    public void Open_bucket_is_in_the_result()
    {
        using var bench = new StorageBench();
        bench.Sample("pi-1", 0.5, celsius: 40);
        var answer = bench.Query.Node("pi-1", null, bench.Time.GetUtcNow(), bench.Time.GetUtcNow() + (10 * Second), 10);
        Assert.Equal("temperatureCelsius", answer.Readings[0].Definition.ApiName);
        Assert.Equal([0.5], answer.Readings[1].Avg);
        Assert.Equal(0, bench.Scalar("SELECT count(*) FROM history"));
    }

    [Fact]
    public async Task Bucket_cut_by_a_restart_is_merged()
    {
        using var bench = new StorageBench();
        var start = bench.Time.GetUtcNow();
        bench.Sample("pi-1", 0.1);
        bench.Sample("pi-1", 0.3);
        await bench.RestartAsync();
        bench.Time.Advance(3 * Second);
        bench.Sample("pi-1", 0.8);
        await bench.RestartAsync();

        var cpu = bench.Query.Node("pi-1", null, start, start + (10 * Second), 10).Readings[0];
        Assert.Equal([0.1], cpu.Min);
        AssertNear([0.4], cpu.Avg);
        Assert.Equal([0.8], cpu.Max);
    }

    // Random samples of several nodes, a quarter of them late by up to twenty minutes and in any order, with restarts,
    // pauses and steps of the clock; every tier must say what a list of all samples says.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(0)]
    public async Task All_tiers_say_what_a_list_of_all_samples_says(int seed)
    {
        seed = seed == 0 ? Environment.TickCount : seed;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var bench = new StorageBench();
        var start = bench.Time.GetUtcNow();
        var samples = new List<(string Node, long Time, double Value)>();
        var late = new PriorityQueue<(string Node, long Time, double Value), int>();
        for (var step = 0; step < 700; step++)
        {
            for (var node = 0; node < 3; node++)
            {
                if (random.Next(3) > 0)
                {
                    var sample = (Node: $"pi-{node}", Time: bench.Time.GetUtcNow().ToUnixTimeSeconds(), Value: random.NextDouble());
                    samples.Add(sample);
                    if (random.Next(4) == 0)
                    {
                        late.Enqueue(sample, step + random.Next(300));
                    }
                    else
                    {
                        bench.Sample(sample.Node, sample.Value);
                    }
                }
            }

            while (late.TryPeek(out var missed, out var due) && (due <= step || step == 699))
            {
                late.Dequeue();
                bench.Sample(missed.Node, missed.Value, DateTimeOffset.FromUnixTimeSeconds(missed.Time), isLate: true);
            }

            bench.Run(Second * random.Next(1, 8), Second);
            switch (random.Next(100))
            {
                case 0:
                    await bench.RestartAsync();
                    break;
                case 1:
                    bench.Run(TimeSpan.FromMinutes(random.Next(40)), TimeSpan.FromSeconds(30));
                    break;
                case 2:
                    bench.Time.StepWallClock(TimeSpan.FromSeconds(random.Next(-100, 100)));
                    break;
                default:
                    break;
            }
        }

        var end = bench.Time.GetUtcNow();
        foreach (var points in new[] { 5000, 500, 20 })
        {
            AssertSame(bench, samples, start - TimeSpan.FromMinutes(5), end, points);
        }

        bench.Run(TimeSpan.FromMinutes(20), Second);
        Assert.True(bench.Scalar("SELECT count(*) FROM history WHERE step = 900") > 0);
        AssertSame(bench, samples, start - TimeSpan.FromMinutes(5), end, 20);
    }

    [Fact]
    public void Roll_up_continues_after_a_crash()
    {
        using var bench = new StorageBench();
        for (var step = 0; step < 200; step++)
        {
            bench.Sample("pi-1", 0.5);
            bench.Run(5 * Second, 5 * Second);
        }

        bench.Run(15 * Second, Second);
        bench.Crash();
        bench.Run(TimeSpan.FromMinutes(16), Second);
        Assert.Equal(200, bench.Scalar("SELECT sum(samples) FROM history WHERE step = 10"));
        Assert.Equal(200, bench.Scalar("SELECT sum(samples) FROM history WHERE step = 60"));
        Assert.Equal(200, bench.Scalar("SELECT sum(samples) FROM history WHERE step = 900"));
    }

    [Fact]
    public void Expired_buckets_are_deleted_but_not_before_they_are_rolled_up()
    {
        using var bench = new StorageBench(settings => settings with
        {
            Tiers =
            [
                new HistoryTier(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(4)),
                new HistoryTier(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(30)),
            ],
        });
        for (var minute = 0; minute < 20; minute++)
        {
            bench.Sample("pi-1", 0.5);
            bench.Run(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10));
        }

        bench.Run(20 * Second, Second);
        Assert.InRange(bench.Scalar("SELECT count(*) FROM history WHERE step = 10"), 3, 6);
        Assert.Equal(20, bench.Scalar("SELECT count(*) FROM history WHERE step = 60"));

        bench.Run(TimeSpan.FromMinutes(60), TimeSpan.FromSeconds(10));
        Assert.Equal(0, bench.Scalar("SELECT count(*) FROM history"));
    }

    [Fact]
    public void Rows_of_a_tier_that_is_no_longer_configured_are_deleted()
    {
        using var bench = new StorageBench();
        bench.Sample("pi-1", 0.5);
        bench.Run(15 * Second, Second);
        bench.Database.Session!.Execute("UPDATE history_chunk SET step = 7");
        bench.Crash();
        bench.Run(15 * Second, Second);
        Assert.Equal(0, bench.Scalar("SELECT count(*) FROM history"));
    }

    [Fact]
    public void One_reading_of_all_nodes_is_returned_per_node()
    {
        using var bench = new StorageBench();
        var start = bench.Time.GetUtcNow();
        bench.Sample("pi-1", 0.2, celsius: 41);
        bench.Sample("pi-2", 0.6);
        bench.Run(12 * Second, Second);
        bench.Sample("pi-2", 0.8);

        var answer = bench.Query.All(HistoryQuery.FindReading("cpuRatio")!, start, start + (20 * Second), 100);
        Assert.Equal([0.2, null], answer.Nodes["pi-1"]);
        Assert.Equal([0.6, 0.8], answer.Nodes["pi-2"]);
        var celsius = HistoryQuery.FindReading("temperatureCelsius")!;
        Assert.Equal(["pi-1"], bench.Query.All(celsius, start, start + (20 * Second), 100).Nodes.Keys);
    }

    [Theory]
    [InlineData(3600, 500, 10)]      // an hour: 360 buckets of the finest
    [InlineData(3600, 100, 60)]      // too many of those
    [InlineData(90_000, 5000, 60)]   // the finest does not reach back
    [InlineData(864_000, 5000, 900)] // 14 400 minutes are too many
    [InlineData(31_536_000, 5000, 7200)] // 35 040 quarters of an hour: eight in one
    public void Finest_tier_that_reaches_back_and_is_not_too_long_is_chosen(int seconds, int points, int step)
    {
        var settings = new StorageSettings { Path = "unused" };
        const long Now = 1_795_600_003;
        var range = HistoryRange.Choose(settings.Tiers, Now, Now - seconds, Now, points);
        Assert.Equal(step, range.Step);
        Assert.InRange(range.Count, 1, points);
        Assert.True(range.Start <= Now - seconds && range.End >= Now);
    }

    // Once the number of buckets did not fit in an integer, and the answer had a negative number of them.
    [Theory]
    [InlineData(0L)]
    [InlineData(-62_135_596_800L)]
    [InlineData(253_402_300_799L)]
    public void Range_up_to_the_year_9999_ends_a_day_ahead(long from)
    {
        const long Now = 1_795_600_003;
        const long End = 253_402_300_800;
        HistoryTier[] tiers = [new(Second, TimeSpan.FromDays(1))];
        foreach (var points in new[] { 1, 500, HistoryQuery.PointsMax })
        {
            var range = HistoryRange.Choose(tiers, Now, from, End, points);
            Assert.InRange(range.Count, 1, points);
            Assert.InRange(range.Step, 1, long.MaxValue);
            Assert.True(range.Start >= 0 && range.Start <= Math.Max(from, 0) && range.End > from);
            Assert.True(range.End <= Math.Max(Now + 86_400, from) + range.Step);
        }
    }

    // Questions are asked on other threads while the writer sorts and writes the same buckets. This once failed with
    // "Collection was modified".
    [Fact]
    public async Task Queries_and_samples_on_other_threads_do_not_disturb_the_writer()
    {
        using var bench = new StorageBench();
        var random = new Random(1);
        string[] names = [.. Enumerable.Range(0, 2000).Select(static number => $"pi-{number}")];
        using var stop = new CancellationTokenSource();
        var questions = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    bench.History.CopyUnwritten("no such node", forEntries: false);
                    bench.History.CopyUnwritten("no such node", forEntries: true);
                    _ = bench.Outbox.Status;
                }
            },
            CancellationToken.None);
        for (var round = 0; round < 8; round++)
        {
            random.Shuffle(names);
            foreach (var name in names)
            {
                bench.Sample(name, 0.5);
            }

            bench.Time.Advance(11 * Second);
            Assert.True(bench.Round());
        }

        await stop.CancelAsync();
        await questions;
        Assert.Equal(8 * 2000, bench.Scalar("SELECT sum(samples) FROM history WHERE step = 10"));
    }

    private static void AssertSame(
        StorageBench bench,
        List<(string Node, long Time, double Value)> samples,
        DateTimeOffset from,
        DateTimeOffset to,
        int points)
    {
        for (var node = 0; node < 3; node++)
        {
            var answer = bench.Query.Node($"pi-{node}", null, from, to, points);
            var cpu = answer.Readings.Single();
            Assert.InRange(answer.Times.Length, 1, points);
            for (var index = 0; index < answer.Times.Length; index++)
            {
                var start = answer.Times[index] / 1000;
                var values = samples
                    .Where(sample => sample.Node == $"pi-{node}"
                        && sample.Time >= start && sample.Time < start + (answer.Step / 1000))
                    .Select(static sample => sample.Value).ToArray();
                Assert.Equal(values.Length == 0 ? null : values.Min(), cpu.Min[index]);
                Assert.Equal(values.Length == 0 ? null : values.Max(), cpu.Max[index]);
                AssertNear([values.Length == 0 ? null : values.Average()], [cpu.Avg[index]]);
            }
        }
    }

    private static void AssertNear(double?[] expected, double?[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var index = 0; index < expected.Length; index++)
        {
            Assert.Equal(expected[index].HasValue, actual[index].HasValue);
            Assert.Equal(expected[index] ?? 0, actual[index] ?? 0, 1e-9);
        }
    }
}
