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
}
