using System.Text.Json.Nodes;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Deploy.Tests;

/// <summary>The agent in a container reads the node: podman on the network of this machine, and on none.</summary>
public sealed class PodmanTests
{
    [Theory]
    [InlineData("host")]
    [InlineData("none")]
    public async Task The_readings_are_those_of_the_node(string network)
    {
        using var folder = new TempFolder();
        var image = await LoadAsync(folder);
        var (code, text) = await RunAsync(folder, "--network", network, "--volume", "/:/host:ro,rslave", image, "once");
        Assert.True(code == 0, text);
        var inside = JsonNode.Parse(text)!.AsObject();
        var outside = JsonNode.Parse(await Commands.RunAsync([NativeAgent.Path, "once"]))!.AsObject();

        Assert.Equal((string?)outside["node"], (string?)inside["node"]);
        Assert.Equal((string?)outside["hostname"], (string?)inside["hostname"]);
        Assert.Equal((string?)outside["boot"], (string?)inside["boot"]);
        foreach (var section in (string[])["net", "disk", "io"])
        {
            Assert.Equal(Names(outside[section]), Names(inside[section]));
        }

        foreach (var member in (string[])["addresses", "kernel", "os", "board", "cores"])
        {
            Assert.Equal(outside["about"]![member]?.ToJsonString(), inside["about"]![member]?.ToJsonString());
        }
    }

    [Fact]
    public async Task Doctor_reports_what_the_container_must_be_given()
    {
        using var folder = new TempFolder();
        var image = await LoadAsync(folder);

        var (_, host) = await RunAsync(folder, "--network", "host", "--volume", "/:/host:ro,rslave", image, "doctor");
        Assert.Contains("ok       The container has the network of the node.", host, StringComparison.Ordinal);

        var (code, none) = await RunAsync(folder, "--network", "none", "--volume", "/:/host:ro,rslave", image, "doctor");
        Assert.Equal(2, code);
        Assert.Contains("ERROR    The container has a network of its own", none, StringComparison.Ordinal);
        Assert.Contains("fix: docker run --network host …", none, StringComparison.Ordinal);

        var (missingCode, missing) = await RunAsync(folder, "--network", "none", image, "doctor");
        Assert.Equal(2, missingCode);
        Assert.Contains("start the container with -v /:/host:ro,rslave", missing, StringComparison.Ordinal);

        var (startCode, start) = await RunAsync(folder, "--network", "none", image);
        Assert.Equal(78, startCode);
        Assert.Contains("start the container with -v /:/host:ro,rslave", start, StringComparison.Ordinal);
    }

    private static List<string> Names(JsonNode? section) => [.. section?.AsObject().Select(static entry => entry.Key) ?? []];

    private static async Task<string> LoadAsync(TempFolder folder)
    {
        Assert.SkipUnless(Environment.UserName == "root", "podman on the network of this machine needs root.");
        Assert.SkipUnless(
            File.Exists("/usr/bin/podman") && File.Exists("/usr/sbin/runc"), "podman or runc is missing: apt-get install podman runc");
        var archive = await Images.GetArchiveAsync("agent");
        await Commands.RunAsync([.. Podman(folder), "load", "--input", archive]);
        return await Images.GetNameAsync("agent");
    }

    /// <summary>crun refuses hybrid control groups, which some machines have.</summary>
    private static string[] Podman(TempFolder folder) =>
    [
        "podman", "--root", folder["root"], "--runroot", folder["run"], "--storage-driver", "vfs", "--runtime", "runc",
        "--cgroup-manager", "cgroupfs",
    ];

    private static Task<(int ExitCode, string Output)> RunAsync(TempFolder folder, params string[] arguments) => TestProcess.RunAsync(
        [
            .. Podman(folder), "run", "--rm", "--pull", "never", "--read-only", "--cap-drop", "all",

            // Podman's own limits are beyond those of some machines.
            "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096", .. arguments,
        ],
        Commands.Deadline);
}
