using System.Text.RegularExpressions;
using Xunit;

namespace NodeTelemetry.Repository.Tests;

/// <summary>The licenses of third-party software ship with the programs.</summary>
public sealed partial class NoticesTests
{
    [Theory]
    [InlineData("agent", "agent/NodeTelemetry.Agent.csproj", "shared/Hosting/NodeTelemetry.Hosting.csproj")]
    [InlineData("collector", "collector/NodeTelemetry.Collector.csproj", "shared/Hosting/NodeTelemetry.Hosting.csproj")]
    public void The_notices_name_every_package(string program, params string[] projects)
    {
        var notices = SourceFiles.Read($"{program}/NOTICES.txt");
        var packages = projects.SelectMany(static project => Package().Matches(SourceFiles.Read(project)))
            .Select(static match => match.Groups[1].Value)
            .ToList();

        Assert.NotEmpty(packages);
        Assert.All(packages, package => Assert.Contains(package, notices, StringComparison.Ordinal));
    }

    [Fact]
    public void The_notices_name_what_the_page_contains()
    {
        var dependencies = Dependencies().Match(SourceFiles.Read("collector/Dashboard/web/package.json")).Groups[1].Value;
        var names = Name().Matches(dependencies).Select(static match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(names);
        Assert.All(
            names, name => Assert.Contains(name, SourceFiles.Read("collector/NOTICES.txt"), StringComparison.OrdinalIgnoreCase));
    }

    [GeneratedRegex("<PackageReference Include=\"([^\"]+)\"")]
    private static partial Regex Package();

    [GeneratedRegex("\"dependencies\": \\{([^}]*)\\}")]
    private static partial Regex Dependencies();

    [GeneratedRegex("\"([^\"]+)\":")]
    private static partial Regex Name();
}
