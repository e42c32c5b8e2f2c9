using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Exposition;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Run;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Exposition;

/// <summary>The page of every fixture host: golden, and accepted by Prometheus' own checker where it is
/// installed.</summary>
public sealed partial class MetricsPageTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Hosts => [.. FixtureHost.Names];

    [Theory]
    [MemberData(nameof(Hosts))]
    public void The_page_of_a_host_is_the_golden_one(string name)
    {
        // The series of one sampler stand for those of all: a new one changes no host that lacks its source.
        var page = OtherSamplers().Replace(Page(name, isOpenMetrics: false), string.Empty);
        Assert.Null(Golden.Compare($"agent/{name}.prom", page));
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Promtool_finds_nothing_wrong(string name)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/promtool"), "promtool is missing: apt-get install prometheus");
        using var folder = new TempFolder();
        folder.Write("page", Page(name, isOpenMetrics: false));

        var (code, output) = await TestProcess.RunAsync(
            ["sh", "-c", $"/usr/bin/promtool check metrics < {folder["page"]}"], Deadline);

        Assert.True(code == 0 && output.Length == 0, output);
    }

    [Fact]
    public void OpenMetrics_names_counters_without_their_suffix_and_has_an_end()
    {
        var text = Page("rpi4-bookworm", isOpenMetrics: false);
        var open = Page("rpi4-bookworm", isOpenMetrics: true);

        Assert.EndsWith("\n# EOF\n", open, StringComparison.Ordinal);
        Assert.Contains("# TYPE nodetelemetry_agent_samples counter\nnodetelemetry_agent_samples_total 2\n", open, StringComparison.Ordinal);
        Assert.Equal(SampleLines(text), SampleLines(open));
    }

    [Fact]
    public void Before_the_first_sample_there_is_the_agent_alone()
    {
        var page = Encoding.UTF8.GetString(MetricsPage.Write(false, null, null, [], new AgentMetrics(), null, "1").Span);

        Assert.DoesNotContain("nodetelemetry_node_", page, StringComparison.Ordinal);
        Assert.Contains("nodetelemetry_agent_build_info{version=\"1\"} 1\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_displayed_alert_level_is_served_while_a_collector_reports_it()
    {
        const string Name = "nodetelemetry_agent_displayed_alert_level";
        Assert.DoesNotContain(Name, Page(null), StringComparison.Ordinal);
        Assert.Contains($"{Name} 0\n", Page(AlertLevel.None), StringComparison.Ordinal);
        Assert.Contains($"# TYPE {Name} gauge\n{Name} 2\n", Page(AlertLevel.Critical), StringComparison.Ordinal);

        static string Page(AlertLevel? level) =>
            Encoding.UTF8.GetString(MetricsPage.Write(false, null, null, [], new AgentMetrics(), level, "1").Span);
    }

    private static List<string> SampleLines(string page) =>
        page.Split('\n').Where(static line => !line.StartsWith('#')).ToList();

    private static string Page(string name, bool isOpenMetrics)
    {
        using var host = new FixtureHost(name);
        var interval = TimeSpan.FromSeconds(2);
        var time = new ManualTimeProvider();
        var metrics = new AgentMetrics();
        using var loop = AgentSetup.CreateLoop(
            new AgentOptions { Roots = host.Roots(), Hostname = "pi", SlowWait = Deadline },
            Snapshots.Source(interval),
            "arch",
            static (_, _) => { },
            new DatagramRing(0),
            time,
            metrics,
            NullLogger.Instance,
            0,
            new SimulatedKernel(host.Root));
        loop.Tick();
        var about = loop.Newest!.About;
        host.Advance();
        time.Advance(interval);
        loop.Tick();
        var page = MetricsPage.Write(isOpenMetrics, loop.Newest, about, loop.Samplers, metrics, null, "VERSION");
        return Version().Replace(Encoding.UTF8.GetString(page.Span), "agent=\"VERSION\"");
    }

    [GeneratedRegex("agent=\"[^\"]*\"")]
    private static partial Regex Version();

    [GeneratedRegex("^nodetelemetry_agent_sampler_.*sampler=\"(?!cpu\").*\n", RegexOptions.Multiline)]
    private static partial Regex OtherSamplers();
}
