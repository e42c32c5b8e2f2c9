using System.Net;
using System.Net.Sockets;
using NodeTelemetry.Agent.Transport;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Transport;

public sealed class UnicastTargetTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly RecordingLogger _logger = new();
    private readonly List<double> _attempts = [];
    private bool _isThere;

    /// <summary>Right after boot the name server is often missing for some seconds, and seconds without data are long enough.</summary>
    [Fact]
    public void A_name_that_does_not_resolve_is_retried_after_growing_delays()
    {
        using var target = new UnicastTarget(new TargetName("collector.lan", 6077), _time, _logger, ResolveAsync);
        Run(TimeSpan.FromSeconds(60));
        Assert.Equal([0.0, 1, 3, 7, 15, 25, 35, 45, 55], _attempts);
        Assert.Null(target.Address);
        Assert.Contains("Retrying in 00:00:01", _logger.Lines[0], StringComparison.Ordinal);

        _isThere = true;
        Run(TimeSpan.FromSeconds(10));
        Assert.NotNull(target.Address);

        // A name that resolves is looked up every 10 s, and a new failure starts with short delays again.
        _attempts.Clear();
        Run(TimeSpan.FromSeconds(35));
        Assert.Equal([10.0, 10], _attempts.Zip(_attempts.Skip(1), static (one, other) => other - one).Take(2));
        _isThere = false;
        _attempts.Clear();
        Run(TimeSpan.FromSeconds(70));
        Assert.Equal([1.0, 2, 4, 8], _attempts.Zip(_attempts.Skip(1), static (one, other) => other - one).Take(4));
        Assert.NotNull(target.Address);
    }

    private void Run(TimeSpan duration)
    {
        for (var elapsed = TimeSpan.Zero; elapsed < duration; elapsed += TimeSpan.FromSeconds(1))
        {
            _time.Advance(elapsed == TimeSpan.Zero && _attempts.Count == 0 && _time.GetTimestamp() == 0
                ? TimeSpan.Zero
                : TimeSpan.FromSeconds(1));
        }
    }

    private Task<IPAddress[]> ResolveAsync(string host)
    {
        _attempts.Add(Math.Round((_time.GetUtcNow() - new DateTimeOffset(2026, 11, 3, 10, 0, 0, TimeSpan.Zero)).TotalSeconds));
        return _isThere ? Task.FromResult<IPAddress[]>([IPAddress.Loopback]) : throw new SocketException((int)SocketError.HostNotFound);
    }
}
