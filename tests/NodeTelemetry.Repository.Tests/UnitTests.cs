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

    [GeneratedRegex(@"Overall exposure level for nodetelemetry-agent\.service: (\d+\.\d)")]
    private static partial Regex Exposure();
}
