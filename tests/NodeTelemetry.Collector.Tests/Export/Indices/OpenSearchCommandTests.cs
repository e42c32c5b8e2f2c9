using System.Net;
using System.Net.Sockets;
using NodeTelemetry.Collector.Commands;
using NodeTelemetry.Collector.Export.Http;
using NodeTelemetry.Collector.Export.Indices;
using NodeTelemetry.Collector.Export.Settings;
using NodeTelemetry.Collector.Options;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Collector.Tests.Deploy;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Export.Indices;

/// <summary>The commands <c>opensearch check</c> and <c>opensearch setup</c>, as a person calls them.</summary>
public sealed class OpenSearchCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new();

    [Fact]
    public async Task Without_an_address_the_option_is_named()
    {
        Assert.Equal(1, await RunAsync("check", []));
        Assert.Contains("--opensearch-nodes", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("setup")]
    public async Task Unreachable_server_is_reported_in_a_sentence(string verb)
    {
        var server = await FakeOpenSearch.StartAsync();
        await server.DisposeAsync();
        Assert.Equal(1, await RunAsync(verb, [server.Address]));
        Assert.Contains("cannot be reached", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_password_is_reported_with_the_options()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        server.Authorization = "Basic something";
        Assert.Equal(1, await RunAsync("check", [server.Address]));
        Assert.Contains("OpenSearch:PasswordFile", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Setup_installs_everything_and_check_then_finds_no_problem()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        (server.Apis.HasIndexManagement, server.Apis.HasAlerting, server.Apis.HasCodecs) = (true, true, true);
        Assert.True(await RunAsync("setup", [server.Address], server.Address) == 0, _output.ToString());

        Assert.Equal(
            [IndexNames.Events, IndexNames.Metrics, IndexNames.Nodes], server.Apis.Templates.Keys.Order());
        Assert.Equal([IndexNames.Policy], server.Apis.Policies.Keys);
        Assert.Equal("nodetelemetry-node-loss", (string?)Assert.Single(server.Apis.Monitors).Value["name"]);
        Assert.Equal(SavedObjects.All.Count, server.Apis.Imported.Count);

        // Twice is no harm: one monitor, one policy.
        Assert.Equal(0, await RunAsync("setup", [server.Address], server.Address));
        Assert.Single(server.Apis.Monitors);
        Assert.Equal(1, server.Apis.Policies[IndexNames.Policy].Sequence);
        Assert.True(await RunAsync("check", [server.Address]) == 0, _output.ToString());
        Assert.Contains("No problems.", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Setup_without_plugins_installs_the_templates()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        Assert.True(await RunAsync("setup", [server.Address]) == 0, _output.ToString());
        Assert.Equal(3, server.Apis.Templates.Count);
        Assert.Contains("no index state management", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("no alerting plugin", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("dashboards.ndjson", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_changes_nothing_and_reports_modifications()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        server.Apis.HasIndexManagement = true;
        Assert.Equal(0, await RunAsync("setup", [server.Address]));
        server.Apis.Templates[IndexNames.Metrics] = server.Apis.Templates[IndexNames.Metrics].Replace(
            "\"number_of_shards\":1", "\"number_of_shards\":5", StringComparison.Ordinal);
        server.Apis.Policies[IndexNames.Policy].Body["default_state"] = "delete";
        server.Apis.Requests.Clear();

        Assert.Equal(1, await RunAsync("check", [server.Address]));
        var said = _output.ToString();
        Assert.Contains("number_of_shards is 5, not 1", said, StringComparison.Ordinal);
        Assert.Contains("default_state is delete, not hot", said, StringComparison.Ordinal);
        Assert.Contains("Problems: 2.", said, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Apis.Requests, static request =>
            request.StartsWith("PUT", StringComparison.Ordinal) || request.StartsWith("DELETE", StringComparison.Ordinal));

        Assert.Equal(0, await RunAsync("setup", [server.Address]));
        Assert.Equal(0, await RunAsync("check", [server.Address]));
    }

    [Fact]
    public async Task Dashboards_that_do_not_respond_are_reported_after_a_timeout()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var client = new HostClient(new ExportSettings());
        var time = new ManualTimeProvider();
        var importing = new DashboardsImporter(client, new Uri($"http://{silent.LocalEndpoint}"), TimeSpan.FromSeconds(60), time)
            .ImportAsync(IndexBench.Token);
        using var connection = await silent.AcceptTcpClientAsync(IndexBench.Token);
        time.Advance(TimeSpan.FromSeconds(61));
        var finding = await importing;
        Assert.Equal(CheckLevel.Problem, finding.Level);
        Assert.Contains("did not respond within 60 s", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_reports_the_backlog_of_a_running_collector()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        await using var bench = new ExportBench([server.Address], folder: _folder);
        bench.Append(120);
        Assert.Equal(0, await RunAsync("setup", [server.Address]));
        Assert.Equal(0, await RunAsync("check", [server.Address]));
        Assert.Contains("The backlog has 120 documents", _output.ToString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _output.Dispose();
    }

    private Task<int> RunAsync(string verb, IReadOnlyList<Uri> hosts, Uri? dashboards = null)
    {
        var options = new CollectorOptions
        {
            OpenSearch = new ExportSettings { Hosts = hosts, Indices = new() { Dashboards = dashboards } },
            Database = new StorageSettings { Path = _folder["telemetry.db"] },
        };
        return new OpenSearchCommand(options, TimeProvider.System, _output).RunAsync(verb, IndexBench.Token);
    }
}
