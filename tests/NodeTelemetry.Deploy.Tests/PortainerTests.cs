using System.Text.Json;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Deploy.Tests;

/// <summary>The template for Portainer, by its documented form: Portainer itself is not in any registry here.</summary>
public sealed class PortainerTests
{
    [Fact]
    public async Task The_template_for_Portainer_deploys_the_stack_and_asks_for_its_variables()
    {
        var folder = Path.Combine(RepositoryRoot.Path, "deploy/swarm");
        var text = await File.ReadAllTextAsync(Path.Combine(folder, "portainer-template.json"), TestContext.Current.CancellationToken);
        using var document = JsonDocument.Parse(text);
        Assert.Equal("3", document.RootElement.GetProperty("version").GetString());
        var stack = await File.ReadAllTextAsync(Path.Combine(folder, "stack.yml"), TestContext.Current.CancellationToken);
        foreach (var template in document.RootElement.GetProperty("templates").EnumerateArray())
        {
            Assert.Equal(2, template.GetProperty("type").GetInt32()); // a stack of a swarm
            Assert.True(File.Exists(Path.Combine(RepositoryRoot.Path, template.GetProperty("repository").GetProperty("stackfile").GetString()!)));
            Assert.All(
                template.GetProperty("env").EnumerateArray(),
                variable => Assert.Contains("${" + variable.GetProperty("name").GetString(), stack, StringComparison.Ordinal));
        }
    }
}
