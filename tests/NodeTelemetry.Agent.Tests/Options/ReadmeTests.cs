using System.Text;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Options;

public sealed class ReadmeTests
{
    [Fact]
    public void The_documentation_lists_every_option_of_the_agent()
    {
        var rows = new StringBuilder("| option | default | accepts | what it does |\n|---|---|---|---|\n");
        foreach (var option in OptionTable.All)
        {
            rows.Append($"| `--{option.Name}` | {option.Default} | {option.Range} | {option.Help} |\n");
        }

        Assert.Null(DocumentBlock.Compare(Path.Combine("docs", "agent-options.md"), "agent options", rows.ToString()));
    }
}
