using System.Collections;
using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Transport;
using NodeTelemetry.Hosting.Commands;
using NodeTelemetry.Hosting.Options;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Options;

public sealed class AgentConfigurationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nodetelemetry-options-").FullName;
    private readonly Hashtable _environment = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Without_any_source_the_defaults_hold()
    {
        var options = Good();

        Assert.Equal(TimeSpan.FromSeconds(2), options.Interval);
        Assert.Equal("239.192.77.77", options.Group4!.ToString());
        Assert.Equal("ff18::4e54:4c4d", options.Group6!.ToString());
        Assert.Equal(6077, options.Port);
        Assert.Empty(options.Interfaces);
        Assert.Empty(options.Targets);
        Assert.Empty(options.Labels);
        Assert.False(options.IsLegacy);
        Assert.Equal("/proc", options.Roots.Proc);
        Assert.Equal(LogLevel.Information, options.LogLevel);
    }

    [Fact]
    public void The_command_line_goes_before_the_environment_and_that_before_the_file()
    {
        File("""{ "Interval": "10s", "Port": 7000, "Hostname": "file", /* comments may stand here */ }""");
        _environment["NODETELEMETRY_INTERVAL"] = "20s";
        _environment["NODETELEMETRY_PORT"] = "8000";

        var options = Good("--interval", "30s");

        Assert.Equal(TimeSpan.FromSeconds(30), options.Interval);
        Assert.Equal(8000, options.Port);
        Assert.Equal("file", options.Hostname);
    }

    [Fact]
    public void Every_option_can_stand_in_a_file()
    {
        File("""
            {
              "interval": "00:00:05", "hostname": "n", "node": "00112233445566AA",
              "group4": "239.1.2.3", "group6": "none", "port": 1,
              "interface": ["eth0", "wlan0"], "target": ["a:1", "[::1]:2"], "legacy": true,
              "label": { "rack": "2,b", "role": 5 },
              "log-level": "Warning", "ProcRoot": "/p", "sys_root": "/s", "EtcRoot": "/e", "DevRoot": "/d"
            }
            """);

        var options = Good();

        Assert.Equal(TimeSpan.FromSeconds(5), options.Interval);
        Assert.Equal("00112233445566aa", options.Node);
        Assert.Null(options.Group6);
        Assert.Equal(["eth0", "wlan0"], options.Interfaces);
        Assert.Equal([new TargetName("a", 1), new TargetName("::1", 2)], options.Targets);
        Assert.True(options.IsLegacy);
        Assert.Equal([new("rack", "2,b"), new("role", "5")], options.Labels);
        Assert.Equal(LogLevel.Warning, options.LogLevel);
        Assert.Equal(
            ("/p", "/s", "/e", "/d"), (options.Roots.Proc, options.Roots.Sys, options.Roots.Etc, options.Roots.Dev));
    }

    [Fact]
    public void Lists_may_be_repeated_or_have_commas()
    {
        var options =
            Good("--interface", "eth0,eth1", "--interface=eth2", "--label", "a=1", "--label", "b=x=y", "--legacy");

        Assert.Equal(["eth0", "eth1", "eth2"], options.Interfaces);
        Assert.Equal([new("a", "1"), new("b", "x=y")], options.Labels);
        Assert.True(options.IsLegacy);
    }

    /// <summary>The help says: true or false.</summary>
    [Theory]
    [InlineData(true, "--legacy", "true")]
    [InlineData(false, "--legacy", "false")]
    [InlineData(true, "--legacy=true")]
    [InlineData(true, "--legacy", "--port", "1")]
    [InlineData(true, "run", "--legacy", "True")]
    public void A_flag_may_have_a_value(bool expected, params string[] arguments) =>
        Assert.Equal(expected, Good(arguments).IsLegacy);

    [Fact]
    public void The_file_of_the_machine_is_read_outside_systemd_too()
    {
        using var machine = new TempFolder();
        machine.Write("agent.json", """{ "hostname": "machine", "port": 7 }""");
        File("""{ "hostname": "program", "interval": "5s" }""");
        var options = AgentConfiguration.Load(Parse(), _environment, _folder, machine.Path).Options;
        Assert.Equal(("machine", 7, TimeSpan.FromSeconds(5)), (options.Hostname, options.Port, options.Interval));

        // A named file is the only one.
        machine.Write("named.json", "{}");
        options = AgentConfiguration.Load(Parse("--config", machine["named.json"]), _environment, _folder, machine.Path).Options;
        Assert.NotEqual("machine", options.Hostname);
        Assert.Equal("/etc/nodetelemetry", ConfigurationDirectory.Standard);

        // systemd names another directory.
        using var service = new TempFolder();
        service.Write("agent.json", """{ "hostname": "service" }""");
        _environment["CONFIGURATION_DIRECTORY"] = service.Path;
        Assert.Equal("service", AgentConfiguration.Load(Parse(), _environment, _folder, machine.Path).Options.Hostname);
    }

    [Theory]
    [InlineData("interval", "99ms", "100ms to 1h")]
    [InlineData("interval", "61m", "100ms to 1h")]
    [InlineData("interval", "2", "100ms to 1h")]
    [InlineData("port", "0", "1 to 65535")]
    [InlineData("port", "65536", "1 to 65535")]
    [InlineData("group4", "192.0.2.1", "an IPv4 multicast address")]
    [InlineData("group4", "ff18::1", "an IPv4 multicast address")]
    [InlineData("group6", "239.1.1.1", "an IPv6 multicast address")]
    [InlineData("node", "abc", "16 hexadecimal digits")]
    [InlineData("interface", "../etc", "15 characters")]
    [InlineData("interface", "averyveryverylongname", "15 characters")]
    [InlineData("target", "x:0", "1 to 65535")]
    [InlineData("target", "a,b,c,d,e,f,g,h,i", "up to 8")]
    [InlineData("label", "novalue", "up to 16")]
    [InlineData("label", "=x", "up to 16")]
    [InlineData("label", "a=\u0007", "up to 16")]
    [InlineData("hostname", "", "1 to 253 bytes")]
    [InlineData("log-level", "loud", "debug, information")]
    [InlineData("legacy", "maybe", "true or false")]
    [InlineData("proc-root", "relative", "an absolute path")]
    public void A_wrong_value_is_reported_with_its_option_and_the_range(string option, string value, string range)
    {
        var problem = Assert.Single(Load($"--{option}={value}").Problems);

        Assert.Contains($"--{option}", problem, StringComparison.Ordinal);
        Assert.Contains($"\"{value}\"", problem, StringComparison.Ordinal);
        Assert.Contains(range, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("target", "a:6077,x:0,b", "x:0")]
    [InlineData("label", "rack=2,=x", "=x")]
    [InlineData("i2c-buses", "1,256,3", "256")]
    [InlineData("i2c-buses", "1,none", "1,none")]
    public void Only_the_wrong_item_of_a_list_is_reported(string option, string value, string item) => Assert.Contains(
        $"\"{item}\"", Assert.Single(Load($"--{option}={value}").Problems), StringComparison.Ordinal);

    [Fact]
    public void All_problems_are_reported_at_once()
    {
        File("""{ "Intervall": 5, "port": "x" }""");
        _environment["NODETELEMETRY_INTERVAL"] = "soon";

        var problems = Load("--nonsense", "--hostname").Problems;

        Assert.Equal(5, problems.Count);
        Assert.Contains(problems, problem => problem.Contains("Intervall", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("NODETELEMETRY_INTERVAL", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.StartsWith("--nonsense", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.StartsWith("--hostname", StringComparison.Ordinal));
    }

    [Fact]
    public void An_unknown_variable_is_a_warning_because_the_collector_has_the_same_prefix()
    {
        _environment["NODETELEMETRY_SOMETHING"] = "1";
        var loaded = Load();

        Assert.Empty(loaded.Problems);
        Assert.Contains("NODETELEMETRY_SOMETHING", Assert.Single(loaded.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "is not JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("""{"interval":{"a":1}}""", "nested")]
    [InlineData("""{"interval":null}""", "nested")]
    public void A_damaged_file_is_a_problem(string content, string expected)
    {
        File(content);
        Assert.Contains(expected, Assert.Single(Load().Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_named_file_that_is_absent_is_a_problem() =>
        Assert.Contains("/nonexistent.json", Assert.Single(
            Load("--config", "/nonexistent.json").Problems), StringComparison.Ordinal);

    [Theory]
    [InlineData("--group4=none", "--group6=none")]
    [InlineData("--group4=none", "--legacy")]
    public void Options_must_fit_together(string first, string second) => Assert.Single(Load(first, second).Problems);

    [Fact]
    public void Labels_must_fit_a_datagram()
    {
        var labels =
            string.Join(',', Enumerable.Range(0, 16).Select(index => $"label{index:00}={new string('x', 64)}"));
        Assert.Contains("768", Assert.Single(Load("--label", labels).Problems), StringComparison.Ordinal);
        Assert.Contains("2 times", Assert.Single(Load("--label", "a=1,a=2").Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void The_help_has_every_option_with_default_and_range()
    {
        var help = HelpText.Write(AgentCommands.Program);
        Assert.All(AgentOptionTable.All.Definitions, option =>
        {
            Assert.Contains($"  {option.Switch}", help, StringComparison.Ordinal);
            Assert.Contains(
                $"Accepts: {option.Range}. Default: {option.Default}.",
                string.Join(' ', help.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
                StringComparison.Ordinal);
        });
        Assert.All(help.Split('\n'), line => Assert.True(line.Length <= 120, line));
    }

    [Fact]
    public void Commands_are_distinguished_from_options()
    {
        Assert.Equal(AgentCommands.Run, Parse([]).Command.Name);
        var once = Parse(["once", "--port", "1"]);
        Assert.Equal((AgentCommands.Once, "1"), (once.Command.Name, Assert.Single(once.Values).Value[0]));
        Assert.True(Parse(["run", "--check-config"]).IsCheckConfig);
        Assert.True(Parse(["--version", "--help"]).IsHelp);
        Assert.True(Parse(["--version"]).IsVersion);
    }

    [Theory]
    [InlineData("dotor")]
    [InlineData("--port", "1", "once")]
    [InlineData("run", "fast")]
    public void Other_words_are_problems(params string[] arguments) => Assert.Single(Load(arguments).Problems);

    private static CommandLine Parse(params string[] arguments) => CommandLine.Parse(arguments, AgentCommands.Program);

    private AgentConfiguration Load(params string[] arguments) =>
        AgentConfiguration.Load(Parse(arguments), _environment, _folder);

    private AgentOptions Good(params string[] arguments)
    {
        var loaded = Load(arguments);
        Assert.Empty(loaded.Problems);
        return loaded.Options;
    }

    private void File(string content) =>
        System.IO.File.WriteAllText(Path.Combine(_folder, "appsettings.json"), content);
}
