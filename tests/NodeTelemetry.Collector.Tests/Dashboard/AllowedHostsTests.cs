using System.Net;
using Microsoft.AspNetCore.Http;
using NodeTelemetry.Collector.Dashboard;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Dashboard;

public sealed class AllowedHostsTests
{
    [Theory]
    [InlineData("127.0.0.1", "localhost:8077", true)]
    [InlineData("127.0.0.1", "127.0.0.1:8077", true)]
    [InlineData("::1", "[::1]:8077", true)]
    [InlineData("127.0.0.1", "evil.example.com", false)]
    [InlineData("127.0.0.1", "cluster.lan", true)]
    [InlineData("0.0.0.0", "anything.lan", false)]
    public async Task Accepts_only_its_own_host_names(string address, string host, bool isAnswered)
    {
        var hosts = new AllowedHosts(IPAddress.Parse(address), ["cluster.lan"]);
        Assert.Equal(isAnswered, await IsAnsweredAsync(hosts, host));
    }

    [Fact]
    public async Task Accepts_every_host_name_beyond_loopback_unless_names_are_given() =>
        Assert.True(await IsAnsweredAsync(new AllowedHosts(IPAddress.Any, []), "anything.lan"));

    private static async Task<bool> IsAnsweredAsync(AllowedHosts hosts, string host)
    {
        var context = new DefaultHttpContext();
        context.Request.Host = new HostString(host);
        var isAnswered = false;
        await hosts.FilterAsync(context, _ =>
        {
            isAnswered = true;
            return Task.CompletedTask;
        });
        Assert.Equal(isAnswered ? 200 : 421, context.Response.StatusCode);
        return isAnswered;
    }
}
