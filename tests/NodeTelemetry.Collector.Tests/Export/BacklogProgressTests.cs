using Microsoft.Extensions.Logging;
using NodeTelemetry.Collector.Export;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Export;

public class BacklogProgressTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly List<string> _lines = [];
    private long _documents;
    private long _exported;
    private TimeSpan _age = TimeSpan.FromHours(1);
    private ExportHealth _state = ExportHealth.Ok;

    [Fact]
    public void Rate_and_time_left_cover_the_last_half_minute()
    {
        var progress = Progress();
        _documents = 100_000;
        progress.Measure();
        Assert.Equal(new BacklogDrain(100_000, 0, null), progress.Drain);

        for (var look = 0; look < 7; look++)
        {
            // 1000 a second go, 100 a second come.
            Pass(delivered: 5000, came: 500);
            progress.Measure();
        }

        Assert.Equal(new BacklogDrain(68_500, 1000, TimeSpan.FromSeconds(76)), progress.Drain);
    }

    [Fact]
    public void Logs_the_start_the_progress_every_half_minute_and_the_end()
    {
        var progress = Progress();
        _documents = 60_000;
        progress.Measure();
        for (var look = 0; look < 11; look++)
        {
            Pass(delivered: 5000, came: 0);
            progress.Measure();
        }

        _age = TimeSpan.FromSeconds(1);
        Pass(delivered: 5000, came: 0);
        progress.Measure();
        Assert.Null(progress.Drain);
        Assert.Equal(
            [
                "Sending a backlog of 60000 documents to OpenSearch.",
                "Sending the backlog to OpenSearch: 30000 documents left, 1000 per second, about 00:00:30 left.",
                "Sent the backlog to OpenSearch: 60000 documents in 60 s.",
            ],
            _lines);
    }

    [Fact]
    public void Backlog_that_does_not_shrink_has_no_time_left()
    {
        var progress = Progress();
        _documents = 1000;
        progress.Measure();
        Pass(delivered: 100, came: 200);
        progress.Measure();
        Assert.Equal(new BacklogDrain(1100, 20, null), progress.Drain);
    }

    [Theory]
    [InlineData(nameof(ExportHealth.Ok), 10)]
    [InlineData(nameof(ExportHealth.Retrying), 3600)]
    [InlineData(nameof(ExportHealth.Held), 3600)]
    public void There_is_none_in_everyday_work_and_while_nothing_is_taken(string state, int ageSeconds)
    {
        var progress = Progress();
        (_state, _age, _documents) = (Enum.Parse<ExportHealth>(state), TimeSpan.FromSeconds(ageSeconds), 1000);
        progress.Measure();
        Assert.Null(progress.Drain);
        Assert.Empty(_lines);
    }

    private void Pass(int delivered, int came)
    {
        _time.Advance(BacklogProgress.Period);
        _documents += came - delivered;
        _exported += delivered;
    }

    private BacklogProgress Progress() => new(
        () => new ExportStatus(_state, null, _documents, 0, _time.GetUtcNow() - _age, _exported),
        _time,
        new LineLogger(_lines));

    private sealed class LineLogger(List<string> lines) : ILogger<BacklogProgress>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add(formatter(state, exception));
    }
}
