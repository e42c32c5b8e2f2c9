using System.Collections;
using System.Text;
using NodeTelemetry.Collector.Options;
using NodeTelemetry.Hosting.Commands;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Options;

public sealed class CollectorConfigurationTests
{
    [Fact]
    public void Every_default_is_an_accepted_value()
    {
        var (defaults, problems) = Read("{}");
        Assert.Empty(problems);
        Assert.Equal((6077, 8077), (defaults.Listen.Port, defaults.Http.Port));

        // Those without a value are shown as none.
        var sources = new OptionSources(CollectorOptionTable.All.Definitions);
        foreach (var option in CollectorOptionTable.All.Definitions.Where(static option => option.Default != "none"))
        {
            sources.AddEnvironment(new Hashtable { [option.EnvironmentName] = option.Default });
        }

        Assert.Empty(CollectorConfiguration.Read(sources).Problems);
    }

    [Fact]
    public void Every_problem_names_the_option_the_value_and_the_range()
    {
        var (_, problems) = Read(
            """
            {
              "Http": { "Port": 99999 }, "Listen:Port": "abc",
              "Nodes": { "LostAfterMin": "-3s", "LateAfterIntervals": 9 },
              "Listen": { "Groups": "239.192.77.77,10.0.0.1" }
            }
            """);

        Assert.Equal(
            [
                "Listen:Port: \"abc\" is not accepted; give 1 to 65535 (in f.json).",
                "Listen:Groups: \"10.0.0.1\" is not accepted; give multicast addresses, IPv4 or IPv6, separated by commas (in f.json).",
                "Nodes:LostAfterMin: \"-3s\" is not accepted; give 100ms to 1h (in f.json).",
                "Http:Port: \"99999\" is not accepted; give 1 to 65535 (in f.json).",
                "Nodes:LateAfterIntervals (9) must be less than Nodes:LostAfterIntervals (2.95).",
            ],
            problems);
    }

    [Theory]
    [InlineData("""{ "Listen": { "Interfaces": ["eth0", "wlan0"] } }""")]
    [InlineData("""{ "Listen": { "Interfaces": "eth0, wlan0" } }""")]
    public void Lists_are_arrays_or_separated_by_commas(string json) =>
        Assert.Equal(["eth0", "wlan0"], Read(json).Options.Listen.Interfaces);

    [Fact]
    public void The_last_source_takes_precedence()
    {
        using var folder = new TempFolder();
        folder.Write("appsettings.json", """{ "Http": { "Port": 1 }, "Nodes": { "CountMax": 5 }, "Listen": { "Port": 7 } }""");
        folder.Write("collector.json", """{ "Http": { "Port": 2 }, "Alerts": { "Rules": { "hot": { "For": "1s" } } } }""");
        folder.Write("named.json", """{ "Http": { "Port": 3 } }""");
        var environment = new Hashtable
        {
            ["CONFIGURATION_DIRECTORY"] = folder.Path,
            ["NODETELEMETRY_NODES__COUNTMAX"] = "6",
            ["NODETELEMETRY_LISTEN__INTERFACES__0"] = "eth0",
            ["NODETELEMETRY_ALERTS__RULES__HOT__ABOVE"] = "75",
            ["NODETELEMETRY_INTERVAL"] = "1s",
        };
        var (options, problems) = CollectorConfiguration.Load(
            Parse("--listen-port", "9", "--config", folder["named.json"]), environment, folder.Path, out var warnings);

        Assert.Empty(problems);
        Assert.Equal((3, 6, 9), (options.Http.Port, options.Nodes.CountMax, options.Listen.Port));
        Assert.Equal(["eth0"], options.Listen.Interfaces);
        var hot = options.Alerts.Rules.Single(static rule => rule.Name.Equals("hot", StringComparison.OrdinalIgnoreCase));
        Assert.Equal((75, TimeSpan.FromSeconds(1)), (hot.Above, hot.For));
        Assert.Contains("NODETELEMETRY_INTERVAL", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_of_the_machine_is_read_outside_systemd_too()
    {
        using var folder = new TempFolder();
        folder.Write("collector.json", """{ "Http": { "Port": 2 } }""");
        var (options, problems) = CollectorConfiguration.Load(
            Parse(), new Hashtable(), "/nonexistent", out _, machineDirectory: folder.Path);
        Assert.Empty(problems);
        Assert.Equal(2, options.Http.Port);
    }

    [Fact]
    public void Unknown_keys_are_problems() => Assert.Equal(
        "Http:Prot: there is no such option (in f.json); --help lists them all.",
        Assert.Single(Read("""{ "Http": { "Prot": 1 }, "Listen": { "Interfaces": ["eth0"] } }""").Problems));

    [Fact]
    public void Options_are_accepted_in_every_form_on_the_command_line()
    {
        var line = Parse(
            "opensearch", "check", "--http-port", "1", "--Listen:Port=2", "--listen-raspi-cluster",
            "--opensearch-compress", "false", "--nodes-forget-after", "1h", "--help", "--config", "f.json");

        Assert.Empty(line.Problems);
        Assert.Equal(("opensearch", "check"), (line.Command.Name, Assert.Single(line.Words)));
        Assert.Equal(
            ["Http:Port=1", "Listen:Port=2", "Listen:RaspiCluster=true", "OpenSearch:Compress=false", "Nodes:ForgetAfter=1h"],
            line.Values.Select(static pair => $"{pair.Key.Key}={pair.Value[0]}"));
        Assert.Equal("f.json", line.ConfigurationFile);
        Assert.True(line.IsHelp);
    }

    [Theory]
    [InlineData("--nonsense", "--nonsense: there is no such option; --help lists them all.")]
    [InlineData("--http-port", "--http-port: a value is missing; give 1 to 65535.")]
    public void Problems_of_the_command_line_are_explained(string argument, string problem) =>
        Assert.Equal(problem, Assert.Single(Parse(argument).Problems));

    private static CommandLine Parse(params string[] arguments) =>
        CommandLine.Parse(arguments, CollectorCommands.Program);

    private static (CollectorOptions Options, IReadOnlyList<string> Problems) Read(string json)
    {
        var sources = new OptionSources(CollectorOptionTable.All.Definitions);
        sources.AddJson(Encoding.UTF8.GetBytes(json), "f.json");
        return CollectorConfiguration.Read(sources);
    }
}
