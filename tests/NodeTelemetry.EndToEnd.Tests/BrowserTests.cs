using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>Runs the browser tests of <c>tests/browser</c> against the real collector and against its scripted stand-in.</summary>
public sealed class BrowserTests
{
    private static readonly TimeSpan InstallDeadline = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan TestDeadline = TimeSpan.FromMinutes(6);

    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "tests", "browser");

    [Fact]
    public async Task The_page_works_in_a_real_browser()
    {
        Assert.SkipUnless(File.Exists(Programs.Page), "the page was not built, because npm is missing: apt-get install nodejs npm");
        Assert.SkipUnless(
            File.Exists(Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium"),
            "no Chromium: apt-get install chromium");
        var (installed, installOutput) = await TestProcess.RunAsync(
            ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], InstallDeadline, folder: Folder);
        Assert.True(installed == 0, installOutput);

        using var folder = new TempFolder();
        var port = CollectorProcess.FreeUdpPort();
        await using var collector = await CollectorProcess.StartAsync(folder, port);
        await using var first = AgentProcess.StartOnLoopback("browser-one", port, "--label", "rack=a");
        await using var second = AgentProcess.StartOnLoopback("browser-two", port);
        await collector.WaitForHealthAsync("browser-one", "up", TimeSpan.FromSeconds(30));
        await collector.WaitForHealthAsync("browser-two", "up", TimeSpan.FromSeconds(30));

        var environment = new Dictionary<string, string> { ["NODETELEMETRY_URL"] = collector.Address.ToString() };
        var (code, output) = await TestProcess.RunAsync(["npm", "test"], TestDeadline, environment, Folder);
        Assert.True(code == 0, output);
        Assert.Contains("# pass", output.Replace("ℹ pass", "# pass", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pages_own_unit_tests_pass()
    {
        var folder = Path.Combine(RepositoryRoot.Path, "collector", "Dashboard", "web");
        Assert.SkipUnless(Directory.Exists(Path.Combine(folder, "node_modules")), "npm is missing: apt-get install nodejs npm");
        var (code, output) = await TestProcess.RunAsync(["npm", "test"], InstallDeadline, folder: folder);
        Assert.True(code == 0, output);
    }
}
