using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Collector.Export.Indices;
using NodeTelemetry.Collector.Export.Settings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Export.Indices;

/// <summary>Old indices: by a policy where the plugin is, by the collector where it is not.</summary>
public class RetentionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Policy_is_installed_and_attached_to_existing_indices()
    {
        await using var server = await ServerAsync("nodetelemetry-metrics-v1-2026.11.20", "other-2026.11.20");
        server.Apis.HasIndexManagement = true;
        using var bench = new IndexBench(server.Address);
        Assert.Equal((RetentionMode.Policy, null), await bench.Policies.PutAsync(IndexBench.Token));

        var policy = server.Apis.Policies[IndexNames.Policy].Body;
        Assert.Equal(["hot", "warm", "delete"], policy["states"]!.AsArray().Select(static state => (string)state!["name"]!));
        Assert.Equal(["nodetelemetry-metrics-v1-2026.11.20"], server.Apis.Managed.Keys);
        Assert.Empty((await bench.Policies.ReadAsync(IndexBench.Token)).Differences);
    }

    [Fact]
    public async Task Policy_is_replaced_only_when_the_settings_change()
    {
        await using var server = await ServerAsync();
        server.Apis.HasIndexManagement = true;
        using var bench = new IndexBench(server.Address);
        await bench.Policies.PutAsync(IndexBench.Token);
        await bench.Policies.PutAsync(IndexBench.Token);
        Assert.Equal(1, server.Apis.Policies[IndexNames.Policy].Sequence);

        using var other = new IndexBench(server.Address, new() { DeleteAfter = TimeSpan.FromDays(30) });
        Assert.Equal((RetentionMode.Policy, null), await other.Policies.PutAsync(IndexBench.Token));
        var policy = server.Apis.Policies[IndexNames.Policy];
        Assert.Equal(2, policy.Sequence);
        Assert.Equal(
            "30d", (string?)policy.Body["states"]![1]!["transitions"]![0]!["conditions"]!["min_index_age"]);
    }

    [Fact]
    public void Policy_rolls_up_fields_of_the_template()
    {
        var rollup = JsonNode.Parse(RetentionPolicy.Create(new()))!["policy"]!["states"]![1]!["actions"]![0]!["rollup"]!;
        var fields = rollup["ism_rollup"]!["metrics"]!.AsArray().Select(static metric => (string)metric!["source_field"]!);
        var template = JsonNode.Parse(
            Encoding.UTF8.GetString(IndexTemplate.Metrics(IndexNaming.Daily).Create(null)))!["template"]!["mappings"]!;
        Assert.NotEmpty(fields);
        foreach (var field in fields)
        {
            var mapping = field.Split('.').Aggregate(
                (JsonNode?)template, static (node, name) => node?["properties"]?[name]);
            Assert.NotNull(mapping?["type"]);
        }
    }

    [Fact]
    public async Task Missing_rights_are_reported_and_nothing_is_deleted()
    {
        await using var server = await ServerAsync("nodetelemetry-metrics-v1-2020.01.01");
        server.Apis.MissingPermission = "cluster:admin/opendistro/ism/policy/get";
        using var bench = new IndexBench(server.Address);
        await using var maintenance = Maintenance(bench);
        var problem = await maintenance.RunOnceAsync(bench.Api, IndexBench.Token);
        Assert.Contains("cluster:admin/opendistro/ism/policy/get", problem, StringComparison.Ordinal);
        Assert.Equal(RetentionMode.Unknown, maintenance.Mode);
        Assert.Single(server.Indices);
    }

    [Fact]
    public async Task Without_the_plugin_only_managed_indices_older_than_the_limit_are_deleted()
    {
        string[] kept =
        [
            "nodetelemetry-metrics-v1-2026.11.21",
            "nodetelemetry-metrics-v1-2026.08.23", // It ends with the limit to the day, and is a day younger than it.
            "nodetelemetry-metrics-v1-2020.01.01-copy",
            "nodetelemetry-metrics-v1-2019.01.01", // A foreign mapping.
            "nodetelemetry-metrics-v2-2020.01.01",
            "nodetelemetry-events-v1-2020.01",
            "nodetelemetry-nodes",
            "other-2020.01.01",
        ];
        string[] due =
        [
            "nodetelemetry-metrics-v1-2020.01.01",
            "nodetelemetry-metrics-v1-2026.08.22",
            "nodetelemetry-metrics-v1-2026.w30",
        ];
        await using var server = await ServerAsync([.. kept, .. due]);
        server.Apis.Foreign["nodetelemetry-metrics-v1-2019.01.01"] = true;
        server.Apis.Now = Now;
        using var bench = new IndexBench(server.Address);
        await using var maintenance = Maintenance(bench);
        Assert.Null(await maintenance.RunOnceAsync(bench.Api, IndexBench.Token));

        Assert.Equal(RetentionMode.BuiltIn, maintenance.Mode);
        Assert.Equal(kept.Order(), server.Indices.Order());
        Assert.DoesNotContain(server.Apis.Requests, static request => request is ['D', 'E', 'L', ..] && request.Contains('*'));
    }

    // A Raspberry Pi that thinks it is 2099 must not delete everything; nor may a server that thinks so.
    [Theory]
    [InlineData(2099, 2026)]
    [InlineData(2026, 2099)]
    public async Task One_wrong_clock_deletes_nothing(int own, int server)
    {
        await using var fake = await ServerAsync("nodetelemetry-metrics-v1-2026.11.20");
        fake.Apis.Now = Now.AddYears(server - 2026);
        using var bench = new IndexBench(fake.Address);
        var time = Clock(Now.AddYears(own - 2026));
        Assert.Null(await bench.Retention(time).RunAsync(IndexBench.Token));
        Assert.Single(fake.Indices);
    }

    [Fact]
    public async Task Disabled_retention_sends_no_request()
    {
        await using var server = await ServerAsync("nodetelemetry-metrics-v1-2020.01.01");
        using var bench = new IndexBench(server.Address, new() { ManageRetention = false });
        var asked = server.Apis.Requests.Count;
        await using var maintenance = Maintenance(bench);
        maintenance.Start();
        await maintenance.Completion;
        Assert.Equal(RetentionMode.Off, maintenance.Mode);
        Assert.Equal(asked, server.Apis.Requests.Count);
    }

    [Fact]
    public async Task Unreachable_server_does_not_stop_the_maintenance()
    {
        var server = await ServerAsync("nodetelemetry-metrics-v1-2020.01.01");
        await server.StopAsync();
        using var bench = new IndexBench(server.Address);
        await using var maintenance = Maintenance(bench, TimeProvider.System);
        maintenance.Start();
        await server.RestartAsync();
        await Eventually.TrueAsync(
            () => Task.FromResult(!server.Indices.Any()), TimeSpan.FromSeconds(60), () => $"{maintenance.Mode}");
        await server.DisposeAsync();
        Assert.False(maintenance.Completion.IsCompleted);
    }

    private static ManualTimeProvider Clock(DateTimeOffset now)
    {
        var time = new ManualTimeProvider();
        time.StepWallClock(now - time.GetUtcNow());
        return time;
    }

    private static IndexMaintenance Maintenance(IndexBench bench, TimeProvider? time = null) =>
        new(bench.Settings, time ?? Clock(Now), new Random(1), NullLogger<IndexMaintenance>.Instance);

    private static async Task<FakeOpenSearch> ServerAsync(params string[] indices)
    {
        var server = await FakeOpenSearch.StartAsync();
        using var client = new HttpClient();
        var body = string.Concat(indices.Select(static index =>
            $"{{\"create\":{{\"_index\":\"{index}\",\"_id\":\"1\"}}}}\n{{\"x\":1}}\n"));
        if (body.Length > 0)
        {
            using var content = new StringContent(body);
            using var answer = await client.PostAsync(new Uri(server.Address, "_bulk"), content, IndexBench.Token);
            Assert.True(answer.IsSuccessStatusCode);
        }

        return server;
    }
}
