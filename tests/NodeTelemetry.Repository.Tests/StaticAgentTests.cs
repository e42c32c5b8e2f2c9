using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Repository.Tests;

/// <summary>The agent for systems without glibc.</summary>
public sealed class StaticAgentTests
{
    private const string InEmptyRoot =
        """
        for name in proc sys dev; do mkdir "$1/$name"; mount --rbind "/$name" "$1/$name"; done
        exec chroot "$1" /nodetelemetry-agent once
        """;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(30);

    [Fact]
    public async Task The_static_agent_runs_in_a_root_without_any_library()
    {
        Assert.SkipWhen(
            Environment.GetEnvironmentVariable("NODETELEMETRY_TEST_STATIC") is null,
            "compiles the agent again, some minutes; run it with NODETELEMETRY_TEST_STATIC=1");
        Assert.SkipUnless(Environment.UserName == "root", "needs root for a mount namespace");
        var (buildCode, buildOutput) = await TestProcess.RunAsync(["./build.sh", "publish", "--static"], Deadline, folder: RepositoryRoot.Path);
        Assert.True(buildCode == 0, buildOutput);
        using var folder = new TempFolder();
        var folders = Directory.GetDirectories(Path.Combine(RepositoryRoot.Path, "artifacts/publish"), "static-*");
        File.Copy(Path.Combine(Assert.Single(folders), "nodetelemetry-agent"), folder["nodetelemetry-agent"]);

        var (code, output) = await TestProcess.RunAsync(["unshare", "--mount", "sh", "-c", InEmptyRoot, "sh", folder.Path], Deadline);

        Assert.True(code == 0, output);
        Assert.Contains("\"MemTotal\":", output, StringComparison.Ordinal);
    }
}
