using Microsoft.Extensions.Configuration;
using NodeTelemetry.Collector.Hosting;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Hosting;

public sealed class OptionReaderTests
{
    [Fact]
    public void Everything_has_a_default_that_is_accepted()
    {
        var first = Reader([]);
        CollectorOptions.Read(first);
        Assert.Empty(first.Problems);

        var second = Reader(first.Definitions.ToDictionary(option => option.Key, option => (string?)option.Default));
        CollectorOptions.Read(second);
        Assert.Empty(second.Problems);
    }

    [Fact]
    public void Names_every_problem_with_option_value_and_range()
    {
        var reader = Reader(new()
        {
            ["Http:Port"] = "99999",
            ["Listen:Port"] = "abc",
            ["Nodes:LostAfterMin"] = "-3s",
            ["Listen:Groups"] = "239.192.77.77,10.0.0.1",
            ["Nodes:LateAfterIntervals"] = "9",
        });
        CollectorOptions.Read(reader);

        Assert.Equal(5, reader.Problems.Count);
        Assert.Contains("Http:Port (--http-port): '99999' is not accepted; give 1 to 65535.", reader.Problems);
        Assert.Contains("Listen:Port (--listen-port): 'abc' is not accepted; give 1 to 65535.", reader.Problems);
        Assert.Contains("Nodes:LostAfterMin (--nodes-lost-after-min): '-3s' is not accepted; give 100ms to 1h.", reader.Problems);
        Assert.Contains(reader.Problems, problem => problem.StartsWith("Listen:Groups", StringComparison.Ordinal) && problem.Contains("10.0.0.1", StringComparison.Ordinal));
        Assert.Contains(reader.Problems, problem => problem.StartsWith("Nodes:LateAfterIntervals (9) must be less", StringComparison.Ordinal));
    }

    [Fact]
    public void Takes_lists_from_files_and_from_one_line()
    {
        var fromFile = Reader(new() { ["Listen:Interfaces:0"] = "eth0", ["Listen:Interfaces:1"] = "wlan0" });
        var fromLine = Reader(new() { ["Listen:Interfaces"] = "eth0, wlan0" });

        Assert.Equal(["eth0", "wlan0"], CollectorOptions.Read(fromFile).Listen.Interfaces);
        Assert.Equal(["eth0", "wlan0"], CollectorOptions.Read(fromLine).Listen.Interfaces);
    }

    [Fact]
    public void Complains_of_unknown_keys()
    {
        var reader = Reader([]);
        CollectorOptions.Read(reader);
        reader.RefuseUnknown(["Http:Prot", "Listen:Interfaces:0"], "a file");

        Assert.Equal("Http:Prot: no such option (in a file). See --help.", Assert.Single(reader.Problems));
    }

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("2s", 2_000)]
    [InlineData("1.5m", 90_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("7d", 604_800_000)]
    [InlineData("0:00:02", 2_000)]
    public void Reads_durations(string text, double milliseconds)
    {
        Assert.True(DurationText.TryParse(text, out var value));
        Assert.Equal(milliseconds, value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    [InlineData("s")]
    [InlineData("xs")]
    [InlineData("1e300d")]
    [InlineData("NaNs")]
    public void Refuses_what_is_no_duration(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Fact]
    public void Takes_options_in_every_form_from_the_command_line()
    {
        var reader = Reader([]);
        CollectorOptions.Read(reader);
        var line = CommandLine.Parse(
            ["opensearch", "--http-port", "1", "--Listen:Port=2", "--listen-raspi-cluster", "--nodes-forget-after", "1h", "--help", "--config", "f.json"],
            reader.Definitions);

        Assert.Empty(line.Problems);
        Assert.Equal(["opensearch"], line.Words);
        Assert.Equal("1", line.Options["Http:Port"]);
        Assert.Equal("2", line.Options["Listen:Port"]);
        Assert.Equal("true", line.Options["Listen:RaspiCluster"]);
        Assert.Equal("1h", line.Options["Nodes:ForgetAfter"]);
        Assert.Equal("f.json", line.ConfigurationFile);
        Assert.Contains("--help", line.Given);
    }

    [Theory]
    [InlineData("--nonsense", "--nonsense: no such option. See --help.")]
    [InlineData("--http-port", "--http-port: a value is missing; give 1 to 65535.")]
    public void Says_what_is_wrong_with_the_command_line(string argument, string problem)
    {
        var reader = Reader([]);
        CollectorOptions.Read(reader);

        Assert.Equal(problem, Assert.Single(CommandLine.Parse([argument], reader.Definitions).Problems));
    }

    private static OptionReader Reader(Dictionary<string, string?> values) =>
        new(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
}
