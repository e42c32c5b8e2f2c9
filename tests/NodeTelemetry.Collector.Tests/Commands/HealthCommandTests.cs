using System.Net;
using NodeTelemetry.Collector.Commands;
using NodeTelemetry.Collector.Options;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Commands;

public sealed class HealthCommandTests
{
    [Theory]
    [InlineData("127.0.0.1", "http://127.0.0.1:8077/healthz")]
    [InlineData("0.0.0.0", "http://127.0.0.1:8077/healthz")]
    [InlineData("::", "http://[::1]:8077/healthz")]
    [InlineData("192.0.2.7", "http://192.0.2.7:8077/healthz")]
    public void The_collector_is_requested_where_it_listens(string address, string expected) =>
        Assert.Equal(
            expected,
            HealthCommand.GetAddress(new() { Address = IPAddress.Parse(address), Port = 8077 }).ToString());

    [Fact]
    public async Task A_collector_that_responds_is_healthy_and_a_closed_port_is_not()
    {
        await using var web = await HttpRecorder.StartAsync();
        var options = new CollectorOptions.HttpOptions { Address = IPAddress.Any, Port = web.Address.Port };

        Assert.Equal((0, "ok"), await RunAsync(options));
        Assert.Equal("/healthz", Assert.Single(web.Requests).Path);

        web.ChooseStatus = static _ => 503;
        Assert.Equal((1, $"nodetelemetry-collector: health: {web.Address}healthz responded 503."), await RunAsync(options));

        await web.DisposeAsync();
        var (code, text) = await RunAsync(options);
        Assert.Equal(1, code);
        Assert.Contains("/healthz did not respond: ", text, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Text)> RunAsync(CollectorOptions.HttpOptions options)
    {
        await using var text = new StringWriter();
        var code = await HealthCommand.RunAsync(options, text, text);
        return (code, text.ToString().Trim());
    }
}
