using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Storage.Database;

/// <summary>A clock that jumps ahead must not delete what took years to collect.</summary>
public sealed class RetentionClockTests : IDisposable
{
    private static readonly TimeSpan Jump = TimeSpan.FromDays(1100);

    private readonly StorageBench _bench = new();

    public RetentionClockTests()
    {
        _bench.CreateNodeEvents().Raise(NodeEventKind.CollectorStarted, "The collector started.");
        Collect(TimeSpan.FromMinutes(2));
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_clock_that_is_ahead_for_a_while_deletes_nothing(bool isSynchronized)
    {
        _bench.IsSynchronized = isSynchronized;
        var before = Rows();
        await _bench.Writer.StopAsync();
        _bench.Time.StepWallClock(Jump);
        for (var start = 0; start < 3; start++)
        {
            // Several starts: the data stored meanwhile is of the future, too.
            _bench.Crash();
            Collect(TimeSpan.FromMinutes(5));
            Assert.Contains("days ahead of its data", _bench.Retention.Problem, StringComparison.Ordinal);
        }

        await _bench.Writer.StopAsync();
        _bench.Time.StepWallClock(-Jump);
        _bench.Crash();
        Collect(TimeSpan.FromMinutes(5));

        Assert.Null(_bench.Retention.Problem);
        Assert.Equal(before, Rows());
        Assert.Equal(1, _bench.Scalar("SELECT count(*) FROM event"));
        Assert.NotEmpty(_bench.Query.Node(
            "pi-1", [CpuSummarySection.UsageRatio], _bench.Time.GetUtcNow().AddHours(-1), _bench.Time.GetUtcNow(), 1000).Readings);
    }

    [Fact]
    public void A_clock_that_stays_ahead_counts_once_it_is_synchronized()
    {
        _bench.Time.StepWallClock(Jump);
        Collect(TimeSpan.FromDays(1.1), TimeSpan.FromHours(1));
        Assert.NotNull(_bench.Retention.Problem);
        Assert.Equal(1, _bench.Scalar("SELECT count(*) FROM event"));

        _bench.IsSynchronized = true;
        Collect(TimeSpan.FromHours(3), TimeSpan.FromHours(1));
        Assert.Null(_bench.Retention.Problem);
        Assert.Equal(0, _bench.Scalar("SELECT count(*) FROM event"));
    }

    /// <summary>A board without a clock of its own begins in 1970.</summary>
    [Fact]
    public async Task A_clock_that_begins_far_behind_deletes_nothing()
    {
        var before = Rows();
        await _bench.Writer.StopAsync();
        _bench.Time.StepWallClock(-Jump);
        _bench.Crash();
        Collect(TimeSpan.FromMinutes(5));
        _bench.Time.StepWallClock(Jump);
        Collect(TimeSpan.FromMinutes(5));

        Assert.Null(_bench.Retention.Problem);
        Assert.Equal(before, Rows());
    }

    [Fact]
    public void The_kernel_can_be_asked() =>
        Assert.Null(Record.Exception(static () => RetentionClock.IsKernelSynchronized()));

    private void Collect(TimeSpan span, TimeSpan? step = null)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += step ?? TimeSpan.FromSeconds(10))
        {
            _bench.Sample("pi-1", 0.5);
            _bench.Run(step ?? TimeSpan.FromSeconds(10), step ?? TimeSpan.FromSeconds(10));
        }

        Assert.True(_bench.Round(final: true));
    }

    /// <summary>The rows of the first two minutes.</summary>
    private long Rows() => _bench.Scalar(
        "SELECT count(*) FROM history WHERE step = 10 AND time < (SELECT min(time) + 110 FROM history WHERE step = 10 "
        + "AND time > 1750000000)");
}
