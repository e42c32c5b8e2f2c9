using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests;

/// <summary>The agent as shipped for 32-bit ARM, trimmed and compiled ahead of time, on the emulated processor of a Raspberry Pi Zero.
/// What it prints is compared with what the agent of this machine prints.</summary>
public sealed class ArmProgramTests
{
    private const string Host = "rpi4-bookworm";

    /// <summary>Each start takes some seconds on an idle machine.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private static string BuiltAgent => Path.Combine(AppContext.BaseDirectory, "nodetelemetry-agent");

    [Fact]
    public async Task Doctor_prints_the_same_and_the_end_of_time()
    {
        SkipWithoutFolder();
        using var host = new FixtureHost(Host);

        var expected = await TestProcess.RunAsync([BuiltAgent, "doctor", .. Roots(host)], Deadline);
        var actual = await RunAsync(["doctor", .. Roots(host)]);

        Assert.Equal(expected.ExitCode, actual.ExitCode);
        var lines = actual.Output.Split('\n');
        Assert.Single(lines, IsEndOfTime);
        Assert.Equal(expected.Output.Split('\n'), lines.Where(line => !IsEndOfTime(line)));
    }

    /// <summary>From the same sample, so that the pages are the same to the last bit.</summary>
    [Theory]
    [InlineData("enviro", 4)]
    [InlineData("sense-hat", 4)]
    public async Task Render_draws_the_same_pages(string display, int countMin)
    {
        SkipWithoutFolder();
        using var host = new FixtureHost(Host);
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["expected"]);
        Directory.CreateDirectory(folder["actual"]);
        var (_, sample) = await TestProcess.RunAsync([BuiltAgent, "once", .. Roots(host)], Deadline);
        folder.Write("sample.json", sample);
        string[] render = ["render", "--display", display, "--from", folder["sample.json"], .. Roots(host), "--output"];

        var expected = await TestProcess.RunAsync([BuiltAgent, .. render, folder["expected"]], Deadline);
        var actual = await RunAsync([.. render, folder["actual"]]);

        Assert.Equal((0, 0), (expected.ExitCode, actual.ExitCode));
        var files = Directory.GetFiles(folder["expected"]);
        Assert.True(files.Length >= countMin, expected.Output);
        Assert.All(files, file =>
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(folder[$"actual/{Path.GetFileName(file)}"])));
    }

    [Fact]
    public async Task Calibrate_keys_and_completion_do_the_same()
    {
        SkipWithoutFolder();
        using var folder = new TempFolder();

        var calibrate = await RunAsync("calibrate", "warm");
        var key = await RunAsync("key", "new", folder["key"], "office");
        var completion = await RunAsync("completion", "bash");

        Assert.Equal((64, 0, 0), (calibrate.ExitCode, key.ExitCode, completion.ExitCode));
        Assert.Contains("calibrate 21.5", calibrate.Output, StringComparison.Ordinal);
        Assert.Contains("office", await File.ReadAllTextAsync(folder["key"], TestContext.Current.CancellationToken), StringComparison.Ordinal);
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["key"]));
        }

        Assert.Equal((await TestProcess.RunAsync([BuiltAgent, "completion", "bash"], Deadline)).Output, completion.Output);
    }

    /// <summary>The service: ready, watchdog, textfile, /metrics, a wrong and a right new configuration, and the end. The space of the root file system
    /// comes from statvfs(3), whose structure depends on the processor.</summary>
    [Fact]
    public async Task The_service_notifies_serves_metrics_and_reloads()
    {
        SkipWithoutFolder();
        using var folder = new TempFolder();
        folder.Write("texts/door.prom", "door_open 1\n");
        folder.Write("agent.json", """{ "Interval": "500ms" }""");
        using var notifications = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        notifications.Bind(new UnixDomainSocketEndPoint(folder["notify"]));
        var port = FreePort();
        await using var agent = TestProcess.Start(
            [
                .. MonoAgent.OnArm("arm1176"), "run", "--config", folder["agent.json"],
                "--group4", "none", "--group6", "none", "--target", "127.0.0.1:9",
                "--textfile-directory", folder["texts"], "--metrics-listen", $"127.0.0.1:{port}",
            ],
            new Dictionary<string, string>
            {
                ["NOTIFY_SOCKET"] = folder["notify"],
                ["WATCHDOG_USEC"] = "2000000",
            });

        await ReceiveAsync(notifications, "READY=1");
        await ReceiveAsync(notifications, "WATCHDOG=1");
        using var client = new HttpClient();
        var page = string.Empty;
        await Eventually.TrueAsync(
            async () => (page = await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics")))
                .Contains("door_open", StringComparison.Ordinal) && page.Contains("filesystem_size_bytes", StringComparison.Ordinal),
            Deadline,
            () => agent.Output);
        var expected = new DriveInfo("/").TotalSize;
        Assert.Contains(
            page.Split('\n'),
            line => line.StartsWith("nodetelemetry_node_filesystem_size_bytes{", StringComparison.Ordinal)
                && double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture) == expected);

        folder.Write("agent.json", """{ "Interval": "1 parsec" }""");
        agent.Reload();
        await agent.WaitForOutputAsync("Reload rejected, the previous configuration remains", Deadline);
        folder.Write("agent.json", """{ "Interval": "1s" }""");
        agent.Reload();
        await agent.WaitForOutputAsync("Configuration reloaded: one sample every 00:00:01", Deadline);
        agent.Terminate();
        Assert.Equal(0, await agent.WaitForExitAsync(Deadline));
    }

    private static bool IsEndOfTime(string line) => line.Contains("2038", StringComparison.Ordinal);

    private static string[] Roots(FixtureHost host) =>
    [
        "--proc-root", host.Proc, "--sys-root", host.Sys, "--etc-root", host.Etc, "--dev-root", host.Root,
        "--run-root", Path.Combine(host.Root, "run"), "--root", Path.Combine(host.Root, "root"),
    ];

    private static void SkipWithoutFolder() =>
        Assert.SkipWhen(MonoAgent.ArmObstacle is not null, MonoAgent.ArmObstacle ?? string.Empty);

    private static Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) =>
        TestProcess.RunAsync([.. MonoAgent.OnArm("arm1176"), .. arguments], Deadline);

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static async Task ReceiveAsync(Socket socket, string text)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var buffer = new byte[4096];
        var received = string.Empty;
        while (!received.Contains(text, StringComparison.Ordinal))
        {
            received = Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, deadline.Token));
        }
    }
}
