using NodeTelemetry.Collector.Hosting;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Hosting;

public sealed class WakeSignalTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly WakeSignal _signal;

    public WakeSignalTests() => _signal = new WakeSignal(_time);

    public void Dispose() => _signal.Dispose();

    [Fact]
    public void Several_signals_before_a_wait_count_as_one()
    {
        _signal.Set();
        _signal.Set();

        Assert.True(_signal.WaitAsync(CancellationToken.None).IsCompleted);
        Assert.False(_signal.WaitAsync(CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task A_wait_ends_after_its_time()
    {
        var waiting = _signal.WaitAsync(TimeSpan.FromSeconds(2), CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await waiting;
    }

    [Fact]
    public void The_time_of_an_earlier_wait_is_forgotten()
    {
        _signal.Set();
        Assert.True(_signal.WaitAsync(TimeSpan.FromSeconds(2), CancellationToken.None).IsCompleted);
        var waiting = _signal.WaitAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.False(waiting.IsCompleted);
    }
}
