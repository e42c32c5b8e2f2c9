using System.Globalization;
using System.Text.RegularExpressions;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Repository.Tests;

/// <summary>What systemd itself says of the units.</summary>
public sealed partial class UnitTests
{
    private const double ExposureMax = 2.0;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_agents_unit_is_exposed_no_more_than_it_must()
    {
        const string Analyze = "/usr/bin/systemd-analyze";
        Assert.SkipUnless(File.Exists(Analyze), "systemd-analyze is missing: apt-get install systemd");
        var unit = Path.Combine(RepositoryRoot.Path, "systemd", "nodetelemetry-agent.service");
        var (_, output) = await TestProcess.RunAsync([Analyze, "security", "--offline=true", "--no-pager", unit], Deadline);

        var exposure = Exposure().Match(output);
        Assert.True(exposure.Success, output);
        Assert.InRange(double.Parse(exposure.Groups[1].Value, CultureInfo.InvariantCulture), 0, ExposureMax);
    }

    /// <summary>
    /// systemd gives a directory of ConfigurationDirectory= to the unit's user; the agent could then change the collector's
    /// configuration.
    /// </summary>
    [Theory]
    [InlineData("agent")]
    [InlineData("collector")]
    public void A_unit_cannot_write_the_configuration(string program)
    {
        var lines = SourceFiles.Read($"systemd/nodetelemetry-{program}.service").Split('\n');
        Assert.DoesNotContain(lines, static line => line.StartsWith("ConfigurationDirectory", StringComparison.Ordinal));
        Assert.DoesNotContain(
            lines, static line => line.StartsWith("ReadWritePaths", StringComparison.Ordinal) && line.Contains("/etc", StringComparison.Ordinal));
        Assert.Contains("ProtectSystem=strict", lines);
        Assert.Contains("ReadOnlyPaths=-/etc/nodetelemetry", lines);
        Assert.Contains("Environment=CONFIGURATION_DIRECTORY=/etc/nodetelemetry", lines);
    }

    [Fact]
    public void The_directory_of_the_configuration_belongs_to_root()
    {
        Assert.Contains(
            "d /etc/nodetelemetry 0755 root root -", SourceFiles.Read("systemd/tmpfiles.d/nodetelemetry.conf").Split('\n'));
        var guide = SourceFiles.Read("docs/installation.md");
        Assert.Equal(2, guide.Split("systemd-tmpfiles --create nodetelemetry.conf").Length - 1);
    }

    [GeneratedRegex(@"Overall exposure level for nodetelemetry-agent\.service: (\d+\.\d)")]
    private static partial Regex Exposure();
}
