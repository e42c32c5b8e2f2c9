using NodeTelemetry.Collector.Export.Settings;
using NodeTelemetry.Collector.Storage.Database;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Storage.Database;

public class StorageSettingsTests
{
    [Theory]
    [InlineData(10, 86_400, 60, 864_000, null)]
    [InlineData(10, 86_400, 25, 864_000, "tier 2 must have a step that is a multiple")]
    [InlineData(60, 86_400, 10, 864_000, "tier 2 must have a step that is a multiple")]
    [InlineData(10, 86_400, 60, 3600, "tier 2 must be kept as long")]
    [InlineData(10, 100, 60, 86_400, "tier 2 has a step of more than half")]
    [InlineData(0.5, 86_400, 60, 864_000, "tier 1 must have a step of whole seconds")]
    [InlineData(10, 5, 60, 864_000, "tier 1 must have a step of at most 1 day")]
    public void Tiers_have_to_fit_together(double step, double kept, double coarser, double keptLonger, string? problem)
    {
        var settings = new StorageSettings
        {
            Path = "unused",
            Tiers =
            [
                new(TimeSpan.FromSeconds(step), TimeSpan.FromSeconds(kept)),
                new(TimeSpan.FromSeconds(coarser), TimeSpan.FromSeconds(keptLonger)),
            ],
        };
        var problems = string.Join('\n', settings.Validate());
        Assert.Equal(problem is null, problems.Length == 0);
        var start = problem is null ? string.Empty : $"Database:History: {problem}";
        Assert.StartsWith(start, problems, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://a:9200", null, null, null)]
    [InlineData("http://a:9200", "writer", "file", null)]
    [InlineData("http://a:9200", "writer", null, "OpenSearch:User and OpenSearch:PasswordFile must be set together")]
    [InlineData("http://writer@a:9200", null, null, "OpenSearch:Nodes")]
    [InlineData("http://a:9200/?x=1", null, null, "OpenSearch:Nodes")]
    public void User_and_password_are_not_in_the_address_and_belong_together(
        string host, string? user, string? file, string? problem)
    {
        var settings = new ExportSettings { Hosts = [new Uri(host)], User = user, PasswordFile = file };
        var problems = string.Join('\n', settings.Validate());
        Assert.Equal(problem is null, problems.Length == 0);
        Assert.StartsWith(problem ?? string.Empty, problems, StringComparison.Ordinal);
    }
}
