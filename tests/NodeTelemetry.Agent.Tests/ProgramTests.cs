using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests;

/// <summary>The agent as a process: as built, and as published natively where that has been done.</summary>
public sealed partial class ProgramTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Hosts => [.. FixtureHost.Names];

    private static string BuiltAgent => Path.Combine(AppContext.BaseDirectory, "nodetelemetry-agent");

    [Fact]
    public async Task Help_and_version_are_printed()
    {
        Assert.Contains("--interval DURATION", (await RunAsync(BuiltAgent, "--help")).Output, StringComparison.Ordinal);
        Assert.StartsWith(
            "nodetelemetry-agent ", (await RunAsync(BuiltAgent, "--version")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_configuration_ends_with_78_and_every_problem()
    {
        var (exitCode, _, error) = await RunAsync(BuiltAgent, "run", "--interval", "1ms", "--nosuch");

        Assert.Equal(78, exitCode);
        Assert.Contains("--interval", error, StringComparison.Ordinal);
        Assert.Contains("--nosuch", error, StringComparison.Ordinal);
        Assert.Equal(78, (await RunAsync(BuiltAgent, "--check-config", "--port", "0")).ExitCode);
        Assert.Equal(0, (await RunAsync(BuiltAgent, "--check-config", "--port", "1")).ExitCode);
    }

    [Fact]
    public async Task Commands_without_a_configuration_reject_what_they_do_not_know()
    {
        using var folder = new TempFolder();
        var file = folder["key"];

        var key = await RunAsync(BuiltAgent, "key", "new", file, "name", "extra");
        var completion = await RunAsync(BuiltAgent, "completion", "bash", "extra");
        var option = await RunAsync(BuiltAgent, "completion", "bash", "--nosuch");
        var man = await RunAsync(BuiltAgent, "man", "extra");

        Assert.Equal((64, 64, 64, 64), (key.ExitCode, completion.ExitCode, option.ExitCode, man.ExitCode));
        Assert.Contains("extra", key.Error, StringComparison.Ordinal);
        Assert.Contains("extra", completion.Error, StringComparison.Ordinal);
        Assert.Contains("--nosuch", option.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task Run_sends_samples_and_says_goodbye_on_SIGTERM()
    {
        using var listener =
            new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var agent = Start(
            BuiltAgent, "run", "--interval", "100ms", "--group4", "none", "--group6", "none", "--target",
                $"127.0.0.1:{Port(listener)}");
        var first = Receive(listener);
        var second = Receive(listener);

        await SignalAsync(agent, "TERM");
        using var deadline = new CancellationTokenSource(Deadline);
        await agent.WaitForExitAsync(deadline.Token);
        var last = second;
        while (last.Bye is null)
        {
            last = Receive(listener);
        }

        Assert.Equal(0, agent.ExitCode);
        Assert.Equal(0, first.Header!.Sequence);
        Assert.NotNull(first.About);
        Assert.Null(first[CpuSummarySection.UsageRatio]);
        Assert.NotNull(second[CpuSummarySection.UsageRatio]);
        Assert.Equal(first.Header.Run, last.Header!.Run);
        Assert.Equal("stop", last.Bye.Reason);
    }

    /// <summary>The next tick is an hour away, so whatever comes is the answer.</summary>
    [Fact]
    public async Task Run_replies_to_a_probe_with_the_newest_sample_and_still_handles_SIGTERM()
    {
        using var listener =
            new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var agent = Start(
            BuiltAgent, "run", "--interval", "1h", "--group4", "none", "--group6", "none", "--target",
                $"127.0.0.1:{Port(listener)}");
        var first = ReceiveDatagrams(listener, out var from);

        listener.SendTo(ControlEncoder.Sample.Span, from);
        var challenge = new byte[RequestCookie.ChallengeBytes];
        Assert.Equal(challenge.Length, listener.Receive(challenge));
        Assert.True(RequestCookie.TryReadChallenge(challenge, out var cookie));
        var request = new byte[WireLimits.ControlBytesMax];
        var length = ControlEncoder.Write(
            new ControlMessage { Request = ControlRequest.Sample, Cookie = cookie }, null, request);
        listener.SendTo(request.AsSpan(0, length), from);
        Assert.Equal(first, ReceiveDatagrams(listener, out _));

        await SignalAsync(agent, "TERM");
        Assert.Equal("stop", Receive(listener).Bye!.Reason);
        using var deadline = new CancellationTokenSource(Deadline);
        await agent.WaitForExitAsync(deadline.Token);
        Assert.Equal(0, agent.ExitCode);
        Assert.Contains(
            "1 requests answered, 1 refused",
            await agent.StandardError.ReadToEndAsync(deadline.Token),
            StringComparison.Ordinal);
    }

    /// <summary>The interval is an hour, so what comes after the first sample comes of the new configuration.</summary>
    [Fact]
    public async Task SIGHUP_takes_a_new_configuration_within_the_run_and_refuses_a_wrong_one()
    {
        using var folder = new TempFolder();
        using var first =
            new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
        using var second =
            new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
        first.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        second.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Configure(first, "1h", "old");
        await using var agent = TestProcess.Start(
            [BuiltAgent, "run", "--config", folder["agent.json"], "--group4", "none", "--group6", "none"]);
        var before = Receive(first);

        folder.Write("agent.json", """{ "Interval": "1 parsec" }""");
        agent.Reload();
        await agent.WaitForOutputAsync("Reload rejected, the previous configuration remains: Interval: ", Deadline);
        Configure(second, "30m", "new");
        agent.Reload();
        var after = Receive(second);
        agent.Terminate();
        var bye = Receive(second);

        Assert.Equal(0, await agent.WaitForExitAsync(Deadline));
        Assert.Equal(0, first.Available);
        Assert.Equal((before.Header!.Node, before.Header.Run), (after.Header!.Node, after.Header.Run));
        Assert.Equal([0, 1, 2], [before.Header.Sequence, after.Header.Sequence, bye.Header!.Sequence]);
        Assert.Equal([3_600_000, 1_800_000], [before.Header.IntervalMilliseconds, after.Header.IntervalMilliseconds]);
        Assert.Equal(["old", "new"], [before.Labels![0].Value, after.Labels![0].Value]);
        Assert.NotNull(bye.Bye);

        void Configure(Socket target, string interval, string label) => folder.Write(
            "agent.json",
            $$"""{ "Interval": "{{interval}}", "Target": "127.0.0.1:{{Port(target)}}", "Label": { "a": "{{label}}" } }""");
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task The_native_agent_prints_the_same_sample_as_the_built_one(string name)
    {
        Assert.SkipWhen(NativeAgent.Obstacle is not null, NativeAgent.Obstacle ?? string.Empty);
        await AssertSameSampleAsync(name, [NativeAgent.Path]);
    }

    /// <summary>Systems of boards are often old: the agent is linked so that it runs with glibc 2.31, here with the very library of Debian 11.</summary>
    [Fact]
    public async Task The_native_agent_prints_the_same_sample_with_the_C_library_of_Debian_11()
    {
        Assert.SkipWhen(NativeAgent.Obstacle is not null, NativeAgent.Obstacle ?? string.Empty);
        Assert.SkipWhen(NativeAgent.OldLibraryObstacle is not null, NativeAgent.OldLibraryObstacle ?? string.Empty);
        await AssertSameSampleAsync("rpi4-bookworm", NativeAgent.WithOldLibrary);
    }

    /// <summary>For most boards: cross-compiled, and run by an emulator of the processor.</summary>
    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task The_agent_for_64_bit_ARM_prints_the_same_sample(string name)
    {
        Assert.SkipWhen(NativeAgent.Arm64Obstacle is not null, NativeAgent.Arm64Obstacle ?? string.Empty);
        await AssertSameSampleAsync(name, NativeAgent.Arm64);
    }

    /// <summary>For boards without a .NET runtime.</summary>
    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task The_agent_for_Mono_prints_the_same_sample(string name)
    {
        Assert.SkipWhen(MonoAgent.Obstacle is not null, MonoAgent.Obstacle ?? string.Empty);
        await AssertSameSampleAsync(name, MonoAgent.Command);
    }

    /// <summary>On the processor of a Raspberry Pi Zero, with the files that are shipped.</summary>
    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task The_agent_for_32_bit_ARM_prints_the_same_sample(string name)
    {
        Assert.SkipWhen(MonoAgent.ArmObstacle is not null, MonoAgent.ArmObstacle ?? string.Empty);
        await AssertSameSampleAsync(name, MonoAgent.OnArm("arm1176"));
    }

    [Theory]
    [InlineData("arm1176")]
    [InlineData("cortex-a7")]
    public async Task The_agent_for_32_bit_ARM_sends_samples_and_says_goodbye(string processor)
    {
        Assert.SkipWhen(MonoAgent.ArmObstacle is not null, MonoAgent.ArmObstacle ?? string.Empty);
        await AssertSendsAndSaysGoodbyeAsync(MonoAgent.OnArm(processor), "arm");
    }

    [Fact]
    public async Task The_agent_for_64_bit_ARM_sends_samples_and_says_goodbye()
    {
        Assert.SkipWhen(NativeAgent.Arm64Obstacle is not null, NativeAgent.Arm64Obstacle ?? string.Empty);
        await AssertSendsAndSaysGoodbyeAsync(NativeAgent.Arm64, "arm64");
    }

    [Fact]
    public async Task The_agent_for_Mono_sends_samples_and_says_goodbye()
    {
        Assert.SkipWhen(MonoAgent.Obstacle is not null, MonoAgent.Obstacle ?? string.Empty);
        await AssertSendsAndSaysGoodbyeAsync(
            MonoAgent.Command, RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant());
    }

    private static async Task AssertSendsAndSaysGoodbyeAsync(IReadOnlyList<string> command, string architecture)
    {
        using var listener =
            new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 60_000 };
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var agent = Start(
            command[0],
            [.. command.Skip(1), "run", "--interval", "100ms", "--group4", "none", "--group6", "none", "--target",
                $"127.0.0.1:{Port(listener)}"]);
        var first = Receive(listener);
        var second = Receive(listener);
        await SignalAsync(agent, "TERM");
        var bye = Receive(listener);
        while (bye.Bye is null)
        {
            bye = Receive(listener);
        }

        Assert.Equal(architecture, first.About!.Architecture);
        Assert.Equal(first.Header!.Run, second.Header!.Run);
        Assert.Equal("stop", bye.Bye.Reason);
    }

    private static async Task AssertSameSampleAsync(string name, IReadOnlyList<string> agent)
    {
        using var host = new FixtureHost(name);
        string[] arguments =
            ["once", "--proc-root", host.Proc, "--sys-root", host.Sys, "--etc-root", host.Etc, "--dev-root",
                host.Root, "--run-root", Path.Combine(host.Root, "run"), "--root", Path.Combine(host.Root, "root"),
                "--label", "a=ä"];

        var expected = await RunAsync(BuiltAgent, arguments);
        var actual = await RunAsync(agent[0], [.. agent.Skip(1), .. arguments]);

        Assert.Equal((0, 0), (expected.ExitCode, actual.ExitCode));
        Assert.NotEmpty(expected.Output);
        Assert.Equal(Passing().Replace(expected.Output, "$1 0"), Passing().Replace(actual.Output, "$1 0"));
    }

    // A slow source is tried again at its own pace, so the failures of a slow processor are more.
    [GeneratedRegex("""("time":|"failed":|"run":|"offset":|"maxerror":|"arch":) [^,\n]+""")]
    private static partial Regex Passing();

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    /// <summary>Receives all datagrams of one sample.</summary>
    private static List<byte[]> ReceiveDatagrams(Socket socket, out EndPoint from)
    {
        var datagrams = new List<byte[]>();
        var count = 1;
        from = new IPEndPoint(IPAddress.Any, 0);
        while (datagrams.Count < count)
        {
            var buffer = new byte[WireLimits.ReceivedBytesMax];
            datagrams.Add(buffer[..socket.ReceiveFrom(buffer, ref from)]);
            count = Decode(datagrams[^1]).Header!.Part?.Count ?? 1;
        }

        return datagrams;
    }

    /// <summary>Receives one sample: its first part, with what describes the node from wherever it is.</summary>
    private static NodeSnapshot Receive(Socket socket)
    {
        var parts = ReceiveDatagrams(socket, out _).Select(Decode).ToList();
        return parts[0] with
        {
            About = parts.Select(part => part.About).FirstOrDefault(about => about is not null),
            Labels = parts.Select(part => part.Labels).FirstOrDefault(labels => labels is not null),
        };
    }

    private static NodeSnapshot Decode(byte[] datagram)
    {
        Assert.Equal(DecodeError.None, new SnapshotDecoder().Decode(datagram, out var snapshot));
        return snapshot!;
    }

    private static Process Start(string program, params string[] arguments)
    {
        var start =
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(
            name => name.StartsWith("NODETELEMETRY_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        return Process.Start(start)!;
    }

    private static async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<(
        int ExitCode, string Output, string Error)> RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        using var deadline = new CancellationTokenSource(Deadline);
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output, await error);
    }
}
