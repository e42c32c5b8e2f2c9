using NodeTelemetry.Collector.Export;
using NodeTelemetry.Collector.Export.Http;
using NodeTelemetry.Collector.Export.Indices;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Export.Indices;

/// <summary>The address is that of something that answers 200 and is no OpenSearch: a router's page, a proxy.</summary>
public class OtherServerTests
{
    [Theory]
    [InlineData("<html>Welcome</html>")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("""[{"epoch":1}]""")]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task It_is_a_problem_and_no_fault(string page)
    {
        await using var server = await FakeOpenSearch.StartAsync();
        server.Page = page;
        using var bench = new IndexBench(server.Address);
        var refused = await bench.Templates.PutAsync(IndexBench.Token);
        Assert.Equal(BulkOutcomeKind.Hold, refused?.Kind);
        Assert.NotNull(await bench.Retention(TimeProvider.System).RunAsync(IndexBench.Token));
        var (mode, problem) = await bench.Policies.PutAsync(IndexBench.Token);
        if (page != "{}")
        {
            Assert.Contains("not a response of OpenSearch: check the address", refused!.Problem, StringComparison.Ordinal);
            Assert.Contains("not a response of OpenSearch: check the address", problem, StringComparison.Ordinal);
            Assert.Equal(RetentionMode.Unknown, mode);
        }
    }

    [Fact]
    public async Task Exporter_holds_until_OpenSearch_responds_again()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        server.Page = "<html>Welcome</html>";
        await using var bench = new ExportBench([server.Address]);
        bench.Append(10);
        bench.Exporter.Start();
        await bench.UntilAsync(() => bench.Exporter.Status.Health == ExportHealth.Held, "held");
        Assert.Contains("check the address", bench.Exporter.Status.Problem, StringComparison.Ordinal);

        server.Page = null;
        await bench.UntilDrainedAsync();
        Assert.Equal(10, server.Count);
    }
}
