using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Hosting.Tests;

public sealed class LogThrottleTests
{
    private readonly ManualTimeProvider _time = new();

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
