using System.Security.Cryptography;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Repository.Tests;

/// <summary>What is shipped depends on the commit only, so that a release can be verified by building it again.</summary>
public sealed class ReproducibleBuildTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(60);

    /// <summary>Two clones, in directories whose paths have different lengths.</summary>
    [Fact]
    public async Task The_same_commit_gives_the_same_bytes_in_two_directories()
    {
        Assert.SkipWhen(
            Environment.GetEnvironmentVariable("NODETELEMETRY_TEST_REPRODUCIBLE") is null,
            "compiles everything twice, some 10 minutes; run it with NODETELEMETRY_TEST_REPRODUCIBLE=1");
        Assert.SkipUnless(File.Exists("/usr/bin/clang"), "clang is missing: apt-get install clang zlib1g-dev");
        using var folder = new TempFolder();
        var first = await PublishAsync(folder["first"]);
        var second = await PublishAsync(folder["another/directory"]);

        Assert.Contains(first, static file => file.StartsWith("agent/nodetelemetry-agent ", StringComparison.Ordinal));
        Assert.Contains(first, static file => file.StartsWith("collector/nodetelemetry-collector ", StringComparison.Ordinal));
        Assert.Equal(first, second);
    }

    /// <summary>Gets the files that are published, each with its hash.</summary>
    private static async Task<List<string>> PublishAsync(string clone)
    {
        await RunAsync(["git", "clone", "--quiet", RepositoryRoot.Path, clone]);
        var sysroot = Path.Combine(RepositoryRoot.Path, "artifacts", "sysroot");
        if (Directory.Exists(sysroot))
        {
            Directory.CreateDirectory(Path.Combine(clone, "artifacts"));
            Directory.CreateSymbolicLink(Path.Combine(clone, "artifacts", "sysroot"), sysroot);
        }

        await RunAsync([Path.Combine(clone, "build.sh"), "publish"]);
        var published = Path.Combine(clone, "artifacts", "publish");
        return
        [
            .. Directory.EnumerateFiles(published, "*", SearchOption.AllDirectories)
                .Select(file => $"{Path.GetRelativePath(published, file)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}")
                .Where(static file => file.StartsWith("agent/", StringComparison.Ordinal) || file.StartsWith("collector/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static async Task RunAsync(string[] command)
    {
        var (code, output) = await TestProcess.RunAsync(command, Deadline);
        Assert.True(code == 0, output);
    }
}
