using Xunit;

namespace NodeTelemetry.Collector.Tests.Storage.History;

/// <summary>Samples that come after newer ones, as when they are repaired: into buckets that are written already, and into the
/// coarser tiers that were made of those.</summary>
public sealed class LateHistoryTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly int[] Steps = [10, 60, 900];

    private readonly StorageBench _bench = new();
    private readonly DateTimeOffset _start;

    public LateHistoryTests() => _start = _bench.Time.GetUtcNow();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Late_samples_are_merged_into_the_rows_of_every_tier()
    {
        _bench.Sample("pi-1", 0.4);
        _bench.Sample("pi-1", 0.6);
        _bench.Run(TimeSpan.FromMinutes(16), Second);
        AssertRows((0.4, 0.5, 0.6, 2));

        Late(0.1, 2);
        Late(0.7, 1);
        Late(0.5, 3);
        _bench.Run(15 * Second, Second);
        AssertRows((0.1, 0.46, 0.7, 5));
    }

    [Fact]
    public void Late_samples_create_missing_rows()
    {
        _bench.Sample("pi-1", 0.4, _start.AddMinutes(-40));
        _bench.Run(TimeSpan.FromMinutes(16), Second);
        Late(0.2, 0);
        Late(0.3, 5);
        _bench.Run(15 * Second, Second);
        AssertRows((0.2, 0.25, 0.3, 2));
    }

    [Fact]
    public void Late_samples_are_in_the_result_before_they_are_written()
    {
        _bench.Sample("pi-1", 0.4);
        _bench.Run(30 * Second, Second);
        Late(0.2, 1);
        Assert.Equal((0.2, 0.3, 0.4), Answer());
        Assert.Equal(1, Samples());
        _bench.Run(6 * Second, Second);
        Assert.Equal((0.2, 0.3, 0.4), Answer());
        Assert.Equal(2, Samples());
    }

    /// <summary>One that belongs to the bucket that is open is written with it, once.</summary>
    [Fact]
    public void Late_samples_of_the_open_bucket_are_added_directly()
    {
        _bench.Time.Advance(3 * Second);
        _bench.Sample("pi-1", 0.4);
        Late(0.2, 1);
        _bench.Run(8 * Second, Second);
        Assert.Equal(2, Samples());
        Assert.Equal(1, _bench.Metrics.Storage.HistoryRowsWritten.Value);
    }

    /// <summary>Hundreds come in a burst: each bucket is written once for all of them.</summary>
    [Fact]
    public void A_burst_is_written_together()
    {
        _bench.Run(TimeSpan.FromMinutes(2), Second);
        for (var number = 0; number < 100; number++)
        {
            Late(0.5, 99 - number);
            if (number % 50 == 49)
            {
                _bench.Run(2 * Second, Second);
            }
        }

        Assert.Equal(0, Samples());
        _bench.Run(7 * Second, Second);
        Assert.Equal(100, Samples());
        Assert.Equal(10, _bench.Scalar("SELECT count(*) FROM history WHERE step = 10"));
    }

    [Fact]
    public async Task Stop_writes_late_samples_and_a_restart_continues_the_roll_up()
    {
        _bench.Sample("pi-1", 0.4);
        _bench.Run(TimeSpan.FromMinutes(16), Second);
        Late(0.2, 1);
        await _bench.RestartAsync();
        Assert.Equal(2, Samples());
        _bench.Run(15 * Second, Second);
        AssertRows((0.2, 0.3, 0.4, 2));
    }

    /// <summary>A transaction that fails leaves nothing twice, nor loses anything.</summary>
    [Fact]
    public void Rolled_back_write_is_repeated()
    {
        _bench.Sample("pi-1", 0.4);
        _bench.Run(30 * Second, Second);
        _bench.Database.Session!.Execute(
            "CREATE TEMP TRIGGER refuse BEFORE INSERT ON main.history_chunk BEGIN SELECT raise(ABORT, 'not now'); END");
        Late(0.2, 1);
        _bench.Run(6 * Second, Second);
        Assert.Equal((1L, 1L), (_bench.Metrics.Storage.TransactionsFailed.Value, Samples()));
        Assert.Equal((0.2, 0.3, 0.4), Answer());

        // The trigger went with its connection.
        _bench.Run(60 * Second, Second);
        Assert.Equal((1L, 2L), (_bench.Metrics.Storage.TransactionsFailed.Value, Samples()));
        Assert.Equal((0.2, 0.3, 0.4), Answer());
    }

    private void Late(double value, int second) =>
        _bench.Sample("pi-1", value, _start.AddSeconds(second), isLate: true);

    private long Samples() => _bench.Scalar("SELECT coalesce(sum(samples), 0) FROM history WHERE step = 10");

    private (double? Min, double? Avg, double? Max) Answer()
    {
        var cpu = _bench.Query.Node("pi-1", null, _start, _start + (10 * Second), 10).Readings.Single();
        return (cpu.Min.Single(), Math.Round(cpu.Avg.Single()!.Value, 9), cpu.Max.Single());
    }

    /// <summary>The first bucket of each tier.</summary>
    private void AssertRows((double Low, double Mean, double High, long Samples) expected)
    {
        foreach (var step in Steps)
        {
            var time = _start.ToUnixTimeSeconds() / step * step;
            Assert.Equal(expected, (Column("low"), Column("mean"), Column("high"), (long)Column("samples")));

            double Column(string name) => Math.Round(
                _bench.Scalar($"SELECT cast(round({name} * 1e9) AS INTEGER) FROM history WHERE step = {step} AND time = {time}") / 1e9, 9);
        }
    }
}
