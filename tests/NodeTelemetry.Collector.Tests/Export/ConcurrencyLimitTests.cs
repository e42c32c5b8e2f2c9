using NodeTelemetry.Collector.Export;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Export;

public class ConcurrencyLimitTests
{
    [Fact]
    public void Grows_by_one_after_two_successful_rounds()
    {
        var limit = new ConcurrencyLimit(4);
        var values = new List<int>();
        for (var request = 0; request < 20; request++)
        {
            values.Add(limit.Value);
            limit.OnAccepted();
        }

        Assert.Equal([1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4], values);
    }

    [Fact]
    public void Halves_when_throttled_and_restarts_at_one_when_blocked()
    {
        var limit = new ConcurrencyLimit(4);
        for (var request = 0; request < 20; request++)
        {
            limit.OnAccepted();
        }

        limit.OnThrottled();
        Assert.Equal(2, limit.Value);
        limit.OnThrottled();
        limit.OnThrottled();
        Assert.Equal(1, limit.Value);
        limit.OnAccepted();
        limit.OnAccepted();
        Assert.Equal(2, limit.Value);
        limit.OnBlocked();
        Assert.Equal(1, limit.Value);
    }

    // Servers that take a number of requests at once and refuse the next: the limit comes to hover at what they take.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Finds_what_the_servers_take(int capacity)
    {
        var limit = new ConcurrencyLimit(4);
        var refused = 0;
        const int Requests = 10_000;
        for (var request = 0; request < Requests; request++)
        {
            if (limit.Value > capacity)
            {
                refused++;
                limit.OnThrottled();
            }
            else
            {
                limit.OnAccepted();
            }
        }

        Assert.InRange(refused / (double)Requests, 0, 0.34);
        Assert.InRange(limit.Value, 1, capacity + 1);
    }
}
