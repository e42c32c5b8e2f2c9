using NodeTelemetry.Agent.Options;
using NodeTelemetry.Hosting.Commands;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Options;

public sealed class AgentOptionDocumentTests
{
    [Fact]
    public void The_documentation_lists_every_option_of_the_agent() => Assert.Null(
        DocumentBlock.Compare(
            Path.Combine("docs", "agent-options.md"), "agent options", HelpText.WriteTable(AgentOptionTable.All.Definitions)));
}
