using NodeTelemetry.Agent.Hosting;
using NodeTelemetry.Agent.Options;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Options;

public sealed class BackAfterTextTests
{
    [Fact]
    public void The_default_is_the_one_that_is_shown() =>
        Assert.Equal(AgentOptions.DefaultBackAfter, BackAfterText.TryParse(BackAfterText.Default.Split(',')));

    [Fact]
    public void Reasons_that_are_not_named_keep_their_default_and_none_removes_it()
    {
        var backAfter = BackAfterText.TryParse(["reboot=10m", "upgrade=none", "stop=1h"])!;

        Assert.Equal(TimeSpan.FromSeconds(10), backAfter[StopReason.Restart]);
        Assert.Equal(TimeSpan.FromMinutes(10), backAfter[StopReason.Reboot]);
        Assert.Equal(TimeSpan.FromHours(1), backAfter[StopReason.Stop]);
        Assert.False(backAfter.ContainsKey(StopReason.Upgrade));
    }

    [Theory]
    [InlineData("reboot")]
    [InlineData("reboot=soon")]
    [InlineData("reboot=25h")]
    [InlineData("Reboot=1m")]
    [InlineData("3=1m")]
    [InlineData("reboot=1m=2m")]
    public void Anything_else_is_not_accepted(string value) =>
        Assert.Null(BackAfterText.TryParse([value]));
}
