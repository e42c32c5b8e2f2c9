using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Hosting.Tests;

public sealed class RateLimitTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Events_beyond_the_limit_wait_for_the_next_second()
    {
        var limit = new RateLimit(2, _time);

        Assert.True(limit.TryPass(_time.GetTimestamp()));
        Assert.True(limit.TryPass(_time.GetTimestamp()));
        Assert.False(limit.TryPass(_time.GetTimestamp()));
        Assert.Equal(TimeSpan.FromSeconds(1), limit.GetWait(_time.GetTimestamp()));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, limit.GetWait(_time.GetTimestamp()));
        Assert.True(limit.TryPass(_time.GetTimestamp()));
    }

    [Fact]
    public void The_first_message_passes_and_the_next_after_the_window_with_the_number_suppressed()
    {
        var throttle = new LogThrottle(_time);

        Assert.True(throttle.TryPass(out var suppressed));
        Assert.Equal(0, suppressed);
        Assert.False(throttle.TryPass(out _));
        Assert.False(throttle.TryPass(out _));
        _time.Advance(LogThrottle.DefaultWindow);
        Assert.True(throttle.TryPass(out suppressed));
        Assert.Equal(2, suppressed);
    }
}
