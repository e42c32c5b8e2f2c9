using NodeTelemetry.Agent.Options;
using NodeTelemetry.Hosting.Commands;
using NodeTelemetry.Hosting.Options;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Options;

public sealed class ManualPageTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public void It_has_every_command_and_option()
    {
        var page = ManualPage.Write(AgentCommands.Program, "1.2.3");

        Assert.StartsWith(".TH NODETELEMETRY-AGENT 1 ", page, StringComparison.Ordinal);
        Assert.Contains("1.2.3", page, StringComparison.Ordinal);
        Assert.All(AgentCommands.Program.Commands, command => Assert.Contains($"\\fB{command.Name}\\fR", page, StringComparison.Ordinal));
        Assert.All(
            AgentCommands.Program.ShownOptions,
            option => Assert.Contains($"\\fB{Escaped(option.Switch)}\\fR", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Text_is_not_taken_for_requests()
    {
        var page = ManualPage.Write(
            new ProgramDescription(
                "program", "does it.", ".bashrc is read", [new("run", "'Quoted' and C:\\n.")],
                [new OptionDefinition("name", "TEXT", "", "a text", ".hidden")]),
            "1.0");

        Assert.Contains("\n\\&.bashrc is read\n", page, StringComparison.Ordinal);
        Assert.Contains("\n\\&'Quoted' and C:\\en.\n", page, StringComparison.Ordinal);
        Assert.Contains("\n\\&.hidden\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_formatter_has_no_complaint()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/groff"), "groff is missing: apt-get install groff-base");
        using var folder = new TempFolder();
        folder.Write("page.1", ManualPage.Write(AgentCommands.Program, "1.2.3"));

        var (code, output) = await TestProcess.RunAsync(
            ["groff", "-man", "-ww", "-Tutf8", "-z", "-K", "utf8", folder["page.1"]], Deadline);

        Assert.Equal((0, string.Empty), (code, output.Trim()));
    }

    private static string Escaped(string text) => text.Replace("-", "\\-", StringComparison.Ordinal);
}
