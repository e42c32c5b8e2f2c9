using NodeTelemetry.Agent.Hosting;
using NodeTelemetry.Agent.Options;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Options;

public sealed class BackAfterOptionTests
{
    [Fact]
    public void The_default_is_what_is_shown()
    {
        var options = new AgentOptions();
        Assert.True(BackAfterOption.TrySet(options, BackAfterOption.DefaultText.Split(',')));
        Assert.Equal(BackAfterOption.Default, options.BackAfter);
    }

    [Fact]
    public void Reasons_that_are_not_named_keep_their_default_and_none_takes_it_away()
    {
        var options = new AgentOptions();
        Assert.True(BackAfterOption.TrySet(options, ["reboot=10m", "upgrade=none", "stop=1h"]));

        Assert.Equal(TimeSpan.FromSeconds(10), options.BackAfter[StopReason.Restart]);
        Assert.Equal(TimeSpan.FromMinutes(10), options.BackAfter[StopReason.Reboot]);
        Assert.Equal(TimeSpan.FromHours(1), options.BackAfter[StopReason.Stop]);
        Assert.False(options.BackAfter.ContainsKey(StopReason.Upgrade));
    }

    [Theory]
    [InlineData("reboot")]
    [InlineData("reboot=soon")]
    [InlineData("reboot=25h")]
    [InlineData("Reboot=1m")]
    [InlineData("3=1m")]
    [InlineData("reboot=1m=2m")]
    public void Anything_else_is_not_accepted(string value) =>
        Assert.False(BackAfterOption.TrySet(new AgentOptions(), [value]));
}
