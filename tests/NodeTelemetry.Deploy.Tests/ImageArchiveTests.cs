using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Deploy.Tests;

/// <summary>What the build of the images writes, without any tool that could forgive a fault.</summary>
public sealed class ImageArchiveTests
{
    private const int User = 65532;

    private static readonly Dictionary<string, long> BytesMax = new() { ["agent"] = 8_000_000, ["collector"] = 40_000_000 };

    public static TheoryData<string> Programs => Images.Programs;

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task An_image_is_complete_small_and_runs_without_root(string program)
    {
        foreach (var file in Directory.GetFiles(await Images.GetAsync(), $"nodetelemetry-{program}-*.tar"))
        {
            var archive = new ImageArchive(file);
            foreach (var (descriptor, manifest) in archive.Manifests())
            {
                Assert.Equal(Images.Architecture, descriptor.GetProperty("platform").GetProperty("architecture").GetString());
                var image = archive.GetJson(manifest.GetProperty("config"));
                Assert.Equal(Images.Architecture, image.GetProperty("architecture").GetString());
                var config = image.GetProperty("config");
                Assert.Equal($"{User}:{User}", config.GetProperty("User").GetString());
                var labels = config.GetProperty("Labels");
                Assert.Equal($"nodetelemetry-{program}", labels.GetProperty("org.opencontainers.image.title").GetString());
                Assert.Equal(await Images.GetVersionAsync(), labels.GetProperty("org.opencontainers.image.version").GetString());
                Assert.NotEmpty(labels.GetProperty("org.opencontainers.image.description").GetString()!);

                var entries = archive.ReadLayers(manifest);
                Assert.InRange(entries.Sum(static entry => entry.Length), 1, BytesMax[program]);
                var names = entries.ConvertAll(static entry => entry.Name.TrimStart('.', '/').TrimEnd('/'));
                Assert.Contains(config.GetProperty("Entrypoint")[0].GetString()!.TrimStart('/'), names);
                Assert.Contains($"usr/share/doc/nodetelemetry-{program}/NOTICES.txt", names);
                Assert.Contains("usr/share/doc/libc6/copyright", names);

                // Only the folders for data are the user's; nothing gives it more rights.
                Assert.All(entries, static entry => Assert.Equal(
                    entry.Name.TrimEnd('/') is "./tmp" or "./var/lib/nodetelemetry" ? User : 0, entry.Uid));
                Assert.DoesNotContain(entries, static entry => (entry.Mode & (UnixFileMode.SetUser | UnixFileMode.SetGroup)) != 0);
                Assert.DoesNotContain(entries, static entry =>
                    entry.EntryType == TarEntryType.RegularFile && (entry.Mode & (UnixFileMode.OtherWrite | UnixFileMode.GroupWrite)) != 0);
            }
        }
    }

    [Fact]
    public async Task The_same_commit_has_the_same_images_dated_by_it()
    {
        var first = await Images.GetAsync();
        var second = await Images.BuildAsync("second", Images.Machine);
        foreach (var file in Directory.GetFiles(first))
        {
            Assert.Equal(Hash(file), Hash(Path.Combine(second, Path.GetFileName(file))));
        }

        var commit = await Commands.RunAsync(["git", "log", "-1", "--format=%ct"], folder: RepositoryRoot.Path);
        var archive = new ImageArchive(await Images.GetArchiveAsync("agent"));
        var image = archive.GetJson(archive.Manifests().Single().Manifest.GetProperty("config"));
        Assert.Equal(
            DateTimeOffset.FromUnixTimeSeconds(long.Parse(commit, CultureInfo.InvariantCulture)),
            image.GetProperty("created").GetDateTimeOffset());
        Directory.Delete(second, recursive: true);
    }

    /// <summary>Both programs for 64-bit ARM find all their libraries in their images: run from the unpacked files, emulated.</summary>
    [Fact]
    public async Task One_image_has_both_platforms_and_that_for_64_bit_ARM_runs()
    {
        Assert.SkipUnless(Images.Machine == "x64", "Images for two platforms are built on amd64.");
        Assert.SkipUnless(File.Exists("/usr/bin/qemu-aarch64-static"), "qemu-aarch64-static is missing: apt-get install qemu-user-static");
        Images.RequirePrograms("x64");
        Images.RequirePrograms("arm64");
        var target = await Images.BuildAsync("platforms", "x64", "arm64");
        foreach (var program in (string[])["agent", "collector"])
        {
            var archive = new ImageArchive(Assert.Single(Directory.GetFiles(target, $"nodetelemetry-{program}-*-oci.tar")));
            var manifests = archive.Manifests().ToDictionary(
                static item => item.Descriptor.GetProperty("platform").GetProperty("architecture").GetString()!, static item => item.Manifest);
            Assert.Equal(["amd64", "arm64"], manifests.Keys.Order(StringComparer.Ordinal));

            using var root = new TempFolder();
            Extract(archive, manifests["arm64"], root);
            var own = program == "agent" ? "usr/bin" : "usr/lib/nodetelemetry/collector";
            var output = await Commands.RunAsync(["/usr/bin/qemu-aarch64-static", "-L", root.Path, root[$"{own}/nodetelemetry-{program}"], "--version"]);
            Assert.StartsWith($"nodetelemetry-{program} {await Images.GetVersionAsync()}", output, StringComparison.Ordinal);
        }

        Directory.Delete(target, recursive: true);
    }

    /// <summary>On 32-bit ARM the agent starts as the image says, without a shell, on the processor of a Raspberry Pi Zero.</summary>
    [Fact]
    public async Task The_image_for_32_bit_ARM_runs()
    {
        Assert.SkipWhen(MonoAgent.ArmObstacle is not null, MonoAgent.ArmObstacle ?? string.Empty);
        var target = await Images.BuildAsync("arm", "armel");
        var archive = new ImageArchive(Assert.Single(Directory.GetFiles(target, "nodetelemetry-agent-*-oci.tar")));
        var variants = archive.Manifests().ToDictionary(
            static item => item.Descriptor.GetProperty("platform").GetProperty("variant").GetString()!, static item => item.Manifest);
        Assert.Equal(["v6", "v7"], variants.Keys.Order(StringComparer.Ordinal));

        using var root = new TempFolder();
        Extract(archive, variants["v6"], root);
        var config = archive.GetJson(variants["v6"].GetProperty("config")).GetProperty("config");
        var environment = config.GetProperty("Env").EnumerateArray()
            .SelectMany(item => new[] { "-E", item.GetString()!.Replace("=/usr/lib", $"={root.Path}/usr/lib", StringComparison.Ordinal) });
        var command = config.GetProperty("Entrypoint").EnumerateArray()
            .Select(item => item.GetString()!.StartsWith('/') ? root.Path + item.GetString() : item.GetString()!);
        var output = await Commands.RunAsync([MonoAgent.Emulator, "-cpu", "arm1176", .. environment, .. command, "--version"]);
        Assert.StartsWith($"nodetelemetry-agent {await Images.GetVersionAsync()}", output, StringComparison.Ordinal);
        Assert.True(File.Exists(root["usr/share/doc/SOURCES.txt"]));
        Directory.Delete(target, recursive: true);
    }

    private static void Extract(ImageArchive archive, JsonElement manifest, TempFolder root)
    {
        foreach (var entry in archive.ReadLayers(manifest).Where(static entry => entry.EntryType != TarEntryType.SymbolicLink))
        {
            var path = root[entry.Name.TrimStart('.', '/')];
            Directory.CreateDirectory(entry.EntryType == TarEntryType.Directory ? path : Path.GetDirectoryName(path)!);
            if (entry.EntryType == TarEntryType.RegularFile)
            {
                entry.ExtractToFile(path, overwrite: true);
            }
        }
    }

    private static string Hash(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
