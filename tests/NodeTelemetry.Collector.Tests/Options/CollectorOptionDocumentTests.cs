using NodeTelemetry.Collector.Options;
using NodeTelemetry.Hosting.Commands;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Options;

public sealed class CollectorOptionDocumentTests
{
    [Fact]
    public void The_documentation_lists_every_option_of_the_collector() => Assert.Null(DocumentBlock.Compare(
        Path.Combine("docs", "collector-options.md"), "collector options", HelpText.WriteTable(CollectorOptionTable.All.Definitions)));

    [Fact]
    public void The_help_has_every_option_and_no_line_is_too_long()
    {
        var help = HelpText.Write(CollectorCommands.Program);

        Assert.All(
            CollectorOptionTable.All.Definitions.Where(static option => !option.IsSecret),
            option => Assert.Contains($"  {option.Switch}", help, StringComparison.Ordinal));
        Assert.All(help.Split('\n'), static line => Assert.True(line.Length <= 120, line));
    }
}
