using System.Net;
using NodeTelemetry.Collector.Dashboard;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Dashboard;

public sealed class FailedLoginsTests
{
    private static readonly IPAddress Guesser = IPAddress.Parse("10.77.0.66");

    private readonly ManualTimeProvider _time = new();
    private readonly FailedLogins _logins;

    public FailedLoginsTests() => _logins = new FailedLogins(_time);

    [Fact]
    public void A_few_failures_are_free_and_then_each_delay_doubles()
    {
        Fail(Guesser, FailedLogins.FreeCount);
        Assert.Equal(TimeSpan.Zero, _logins.GetWait(Guesser));
        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
        {
            Fail(Guesser, 1);
            Assert.Equal(TimeSpan.FromSeconds(seconds), _logins.GetWait(Guesser));
            _time.Advance(TimeSpan.FromSeconds(seconds));
            Assert.Equal(TimeSpan.Zero, _logins.GetWait(Guesser));
        }
    }

    [Fact]
    public void Other_addresses_do_not_wait_and_a_successful_login_resets_the_count()
    {
        Fail(Guesser, 20);
        Assert.Equal(TimeSpan.Zero, _logins.GetWait(IPAddress.Parse("10.77.0.67")));
        Assert.NotEqual(TimeSpan.Zero, _logins.GetWait(Guesser.MapToIPv6()));
        _logins.Reset(Guesser);
        Assert.Equal(TimeSpan.Zero, _logins.GetWait(Guesser));
    }

    [Fact]
    public void Failures_expire_after_an_hour()
    {
        Fail(Guesser, 20);
        _time.Advance(FailedLogins.KeptFor);
        Fail(Guesser, 1);
        Assert.Equal(TimeSpan.Zero, _logins.GetWait(Guesser));
    }

    [Fact]
    public void All_addresses_of_one_network_of_IPv6_count_as_one()
    {
        for (var host = 1; host <= 20; host++)
        {
            Fail(IPAddress.Parse($"2001:db8::{host:x}"), 1);
        }

        Assert.NotEqual(TimeSpan.Zero, _logins.GetWait(IPAddress.Parse("2001:db8::ffff")));
        Assert.Equal(TimeSpan.Zero, _logins.GetWait(IPAddress.Parse("2001:db8:0:1::1")));
    }

    [Fact]
    public void Addresses_beyond_the_limit_share_one_delay_until_others_expire()
    {
        for (var number = 0; number < FailedLogins.AddressCountMax; number++)
        {
            Fail(new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]), 1);
        }

        for (var number = 0; number < 20; number++)
        {
            Fail(new IPAddress([11, 0, 0, (byte)number]), 1);
        }

        Assert.NotEqual(TimeSpan.Zero, _logins.GetWait(IPAddress.Parse("12.0.0.1")));
        _time.Advance(FailedLogins.KeptFor);
        Fail(IPAddress.Parse("12.0.0.1"), 1);
        Assert.Equal(TimeSpan.Zero, _logins.GetWait(IPAddress.Parse("12.0.0.1")));
    }

    private void Fail(IPAddress address, int count)
    {
        for (var failure = 0; failure < count; failure++)
        {
            _logins.Add(address);
        }
    }
}
