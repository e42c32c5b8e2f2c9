using System.Buffers;
using System.Collections;
using System.Text;
using System.Text.RegularExpressions;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Exposition;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Options;
using NodeTelemetry.Hosting;
using NodeTelemetry.Hosting.Commands;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Exposition;

/// <summary>The whole of <c>/metrics</c> with every family in it: compared, linted, and written into METRICS.md.</summary>
public sealed partial class MetricsDocumentTests
{
    private static readonly string Text = Render();

    [Fact]
    public void The_whole_output_is_as_before() => Assert.Null(Golden.Compare("metrics.txt", Text));

    [Fact]
    public async Task METRICS_md_lists_every_family()
    {
        using var folder = new TempFolder();
        var sources = new OptionSources(CollectorOptionTable.All.Definitions);
        sources.AddEnvironment(new Hashtable { ["NODETELEMETRY_DATABASE__PATH"] = folder["telemetry.db"] });
        await using var application =
            new CollectorApplication(CollectorConfiguration.Read(sources).Options, "0.1.0", new ManualTimeProvider());
        var rows = new StringBuilder("| metric | type | labels | meaning |\n|---|---|---|---|\n");
        foreach (Match family in Family().Matches(Text))
        {
            var name = family.Groups[1].Value;
            var sample = Text.Split('\n').First(line => line.StartsWith(name, StringComparison.Ordinal));
            var labels = LabelName().Matches(sample).Select(match => match.Groups[1].Value).Where(label => label is not ("node" or "hostname"));
            rows.Append($"| `{name}` | {family.Groups[3].Value} | {string.Join(", ", labels)} | {family.Groups[2].Value} |\n");
        }

        foreach (var gauge in application.Gauges())
        {
            rows.Append($"| `nodetelemetry_collector_{gauge.Name}` | gauge |  | {gauge.Help} |\n");
        }

        foreach (var set in application.GaugeSets())
        {
            rows.Append($"| `nodetelemetry_collector_{set.Name}` | gauge | {string.Join(", ", set.Labels)} | {set.Help} |\n");
        }

        Assert.Null(DocumentBlock.Compare("collector/METRICS.md", "metrics", rows.ToString()));
    }

    /// <summary>What promtool check metrics complains of, as far as it can be derived from the text.</summary>
    [Fact]
    public void Names_help_and_types_follow_the_conventions()
    {
        var seen = new HashSet<string>();
        foreach (Match family in Family().Matches(Text))
        {
            var (name, help, type) = (family.Groups[1].Value, family.Groups[2].Value, family.Groups[3].Value);
            Assert.True(seen.Add(name), $"{name} comes twice.");
            Assert.Matches("^nodetelemetry_(node|collector)_[a-z0-9_]+$", name);
            Assert.Equal(type == "counter", name.EndsWith("_total", StringComparison.Ordinal));
            Assert.False(string.IsNullOrWhiteSpace(help), $"{name} has no help.");
            Assert.DoesNotMatch("(milli|micro|kilo|mega|percent|minutes|hours)", name);
        }

        var samples = Text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line[..line.IndexOf(' ', line.LastIndexOf('}') + 1)]).ToList();
        Assert.Equal(samples.Count, samples.Distinct().Count());
    }

    [GeneratedRegex(@"# HELP (\S+) (.*)\n# TYPE \S+ (\S+)")]
    private static partial Regex Family();

    [GeneratedRegex(@"[{,](\w+)=")]
    private static partial Regex LabelName();

    /// <summary>The library writes families in the order of a hash table.</summary>
    private static string WriteSorted(MetricRegistry registry) => string.Concat(registry.Scrape()
        .Split("# HELP ", StringSplitOptions.RemoveEmptyEntries)
        .Order(StringComparer.Ordinal)
        .Select(static family => "# HELP " + family));

    private static string Render()
    {
        var time = new ManualTimeProvider();
        var registry = new NodeRegistry(10, new CollectorMetrics(), time);
        var full = Snapshots.Of() with
        {
            About = new AboutReading { Board = "Raspberry Pi 4 Model B Rev 1.4", Architecture = "arm64", OperatingSystem = "Debian", Kernel = "6.6", AgentVersion = "0.1.0" },
        };
        full = full.WithCores(0.25, 0).With(
            (CpuSummarySection.UsageRatio, 0.125),
            (CpuSummarySection.TemperatureCelsius, 48.3),
            (CpuSummarySection.FrequencyHertz, 1500e6),
            (MeminfoSection.TotalBytes, 4096),
            (MeminfoSection.FreeBytes, 1024),
            (MeminfoSection.AvailableBytes, 2048),
            (MeminfoSection.BuffersBytes, 512),
            (MeminfoSection.CachedBytes, 512),
            (MeminfoSection.SwapTotalBytes, 1024),
            (MeminfoSection.SwapFreeBytes, 1024));
        registry.Apply(full, Snapshots.Source, time.GetTimestamp());
        registry.Apply(Snapshots.Of(node: "00000000000000bb", hostname: "pi-02"), Snapshots.Source, time.GetTimestamp());
        registry.SetHealth("00000000000000bb", NodeHealth.Lost);

        var output = new ArrayBufferWriter<byte>();
        var writer = new PrometheusWriter(output, isOpenMetrics: false);
        NodeMetrics.Write(writer, registry.Statuses);
        var metrics = new CollectorMetrics();
        _ = new ChannelMetrics(metrics.Alerts, "log");
        metrics.Export.Responses.Inc(200);
        metrics.Export.Items.Inc(201);
        metrics.Export.Items.Inc(409);
        metrics.Storage.OutboxNodesDropped.Inc("00000000000000bb", OutboxDropReason.OutboxFull, 3);
        new CollectorGauges("0.1.0", [], []).Write(writer);
        return Encoding.UTF8.GetString(output.WrittenSpan) + WriteSorted(metrics.Registry);
    }
}
