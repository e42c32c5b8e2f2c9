using System.Text.Json;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Packaging.Tests;

/// <summary>A whole release, signed with a test key.</summary>
public sealed class ReleaseTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task It_is_complete_and_every_file_is_signed()
    {
        Packages.Require("gpg", "gpg");
        Packages.Require("reprepro", "reprepro");
        Packages.Require("npm", "nodejs npm");
        _ = await Packages.FirstAsync();
        using var folder = new TempFolder();
        await using var key = await SigningKey.CreateAsync();
        var target = folder["release"];

        var (code, output) = await ReleaseAsync(target, key, SigningKey.Id);
        Assert.True(code == 0, output);

        var version = await Packages.GetVersionAsync();
        var files = Directory.GetFiles(target, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(target, path)).ToList();
        string[] expected =
        [
            $"nodetelemetry-agent_{version}_{Packages.Architecture}.deb", $"nodetelemetry-collector_{version}_{Packages.Architecture}.deb",
            $"nodetelemetry-{version}.tar.gz", "arch/PKGBUILD", "apt/dists/stable/InRelease", "apt/nodetelemetry.gpg", "NOTICES.txt", "LICENSE",
            $"nodetelemetry-agent-{version}.cdx.json", $"nodetelemetry-collector-{version}.cdx.json", $"nodetelemetry-page-{version}.cdx.json",
            $"nodetelemetry-agent-{version}-oci.tar", $"nodetelemetry-collector-{version}-docker-{Packages.Architecture}.tar",
        ];
        Assert.Empty(expected.Except(files));

        // As a user checks it: the signature, with the published key only, then every file.
        var (checkCode, checkOutput) = await TestProcess.RunAsync(
            ["bash", "-c", "gpgv --keyring ./apt/nodetelemetry.gpg SHA256SUMS.asc SHA256SUMS && sha256sum --quiet -c SHA256SUMS"], Deadline, folder: target);
        Assert.True(checkCode == 0, checkOutput);
        var sums = await File.ReadAllTextAsync(Path.Combine(target, "SHA256SUMS"), TestContext.Current.CancellationToken);
        Assert.All(
            files.Where(static file => !file.StartsWith("SHA256SUMS", StringComparison.Ordinal)),
            file => Assert.Contains(file, sums, StringComparison.Ordinal));
        AssertLists(Path.Combine(target, $"nodetelemetry-agent-{version}.cdx.json"), "Microsoft.NETCore.App", "Microsoft.Extensions.Logging.Abstractions");
        AssertLists(Path.Combine(target, $"nodetelemetry-collector-{version}.cdx.json"), "Microsoft.NETCore.App", "SourceGear.sqlite3", "MailKit");
        AssertLists(Path.Combine(target, $"nodetelemetry-page-{version}.cdx.json"), "uplot");
    }

    [Fact]
    public async Task Without_a_key_or_into_a_folder_of_others_there_is_none()
    {
        Packages.Require("gpg", "gpg");
        Packages.Require("reprepro", "reprepro");
        Packages.Require("npm", "nodejs npm");
        using var folder = new TempFolder();
        folder.Write("precious", "text");
        await using var key = await SigningKey.CreateAsync();

        var (code, output) = await ReleaseAsync(folder["release"], key, string.Empty);
        Assert.Equal(3, code);
        Assert.Contains("NODETELEMETRY_SIGNING_KEY", output, StringComparison.Ordinal);

        (code, output) = await ReleaseAsync(folder["release"], key, "unknown@nodetelemetry.test");
        Assert.Equal(3, code);
        Assert.Contains("gpg has no secret key unknown@nodetelemetry.test", output, StringComparison.Ordinal);

        (code, output) = await ReleaseAsync(folder.Path, key, SigningKey.Id);
        Assert.Equal(3, code);
        Assert.Contains("not empty and not a release", output, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["precious"]));
    }

    private static Task<(int ExitCode, string Output)> ReleaseAsync(string target, SigningKey key, string id) => TestProcess.RunAsync(
        [Path.Combine(RepositoryRoot.Path, "packaging/release"), target],
        Deadline,
        new Dictionary<string, string>(Packages.Tested(string.Empty).Concat(key.Environment)) { ["NODETELEMETRY_SIGNING_KEY"] = id });

    private static void AssertLists(string path, params string[] components)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        Assert.Equal("CycloneDX", document.RootElement.GetProperty("bomFormat").GetString());
        var names = document.RootElement.GetProperty("components").EnumerateArray().Select(static component => component.GetProperty("name").GetString()).ToList();
        Assert.Empty(components.Except(names));
    }
}
