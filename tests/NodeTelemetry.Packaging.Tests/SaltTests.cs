using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Packaging.Tests;

/// <summary>The formula of <c>deploy/salt</c>, rendered and checked without Salt, of which Debian has no package.</summary>
public sealed class SaltTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static string Formula => Path.Combine(RepositoryRoot.Path, "deploy/salt");

    [Theory]
    [InlineData("Debian")]
    [InlineData("Arch")]
    public async Task States_are_valid_and_their_files_are_accepted_by_the_programs(string family)
    {
        Packages.RequirePrograms(Packages.Machine);
        using var folder = new TempFolder();
        var (code, output) = await RenderAsync(family, Path.Combine(Formula, "pillar.example"), folder);
        Assert.True(code == 0, output);
        Assert.Equal(family == "Debian", output.Contains("pkgrepo.managed", StringComparison.Ordinal));
        Assert.Contains("\"rack\": \"a\"", await File.ReadAllTextAsync(folder["agent.json"]), StringComparison.Ordinal);
        foreach (var program in new[] { "Agent", "Collector" })
        {
            var name = program.ToLowerInvariant();
            await Packages.RunAsync(
            [
                Path.Combine(
                    RepositoryRoot.Path, $"artifacts/publish/NodeTelemetry.{program}/release_linux-{Packages.Machine}/nodetelemetry-{name}"),
                "--check-config", "--config", folder[$"{name}.json"],
            ]);
        }
    }

    [Fact]
    public async Task Without_a_pillar_the_agent_is_installed_as_it_is()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["pillar"], "{}\n");
        var (code, output) = await RenderAsync("Debian", folder["pillar"], folder);
        Assert.True(code == 0, output);
        Assert.DoesNotContain("pkgrepo", output, StringComparison.Ordinal);
        Assert.EndsWith("{}", (await File.ReadAllTextAsync(folder["agent.json"])).Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_the_pillar_is_a_file_that_the_configuration_names()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["pillar"], "nodetelemetry: { agent: { key: 'pi 00ff', source: 'salt://agent.deb' } }\n");
        var (code, output) = await RenderAsync("Debian", folder["pillar"], folder);
        Assert.True(code == 0, output);
        Assert.Contains("\"contents_pillar\": \"nodetelemetry:agent:key\"", output, StringComparison.Ordinal);
        Assert.DoesNotContain("00ff", output, StringComparison.Ordinal);
        Assert.Contains("/etc/nodetelemetry/agent.key", await File.ReadAllTextAsync(folder["agent.json"]), StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> RenderAsync(string family, string pillar, TempFolder folder)
    {
        var (code, output) = await TestProcess.RunAsync(["python3", "-c", "import jinja2, yaml"], Deadline);
        Assert.SkipUnless(code == 0, $"Jinja or YAML for Python is missing: apt-get install python3-jinja2 python3-yaml. {output}");
        return await TestProcess.RunAsync(
            [Path.Combine(RepositoryRoot.Path, "tests/salt/render"), family, pillar, folder.Path], Deadline);
    }
}
