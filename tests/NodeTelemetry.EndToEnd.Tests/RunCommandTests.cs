using System.Globalization;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>What <c>build.sh run</c> and <c>build.sh demo</c> start, once it is built.</summary>
public sealed class RunCommandTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>The run command prints the address and shows this machine; Ctrl-C ends both programs in order.</summary>
    [Fact]
    public async Task Run_shows_this_machine_and_ctrl_c_stops_both()
    {
        // In a namespace of its own, so that nothing reaches the network of the test machine.
        Assert.SkipWhen(NetworkLab.Obstacle is not null, NetworkLab.Obstacle ?? string.Empty);
        using var folder = new TempFolder();
        await using var lab = await NetworkLab.CreateAsync(hosts: 1);
        await using var run = TestProcess.Start([.. lab.On(1), Programs.Demo, "run", "--database-path", folder["telemetry.db"]]);
        await run.WaitForOutputAsync("Look at http://127.0.0.1:8077/", Deadline);

        using var client = lab.ClientOn(1);
        Assert.Contains(
            $"\"hostname\":\"{Environment.MachineName}\"",
            await client.GetStringAsync(new Uri("http://127.0.0.1:8077/api/nodes")),
            StringComparison.Ordinal);
        run.Interrupt();
        Assert.Equal(0, await run.WaitForExitAsync(Deadline));
        Assert.Contains(" left: stop", run.Output, StringComparison.Ordinal);
        Assert.Contains("The collector has stopped.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_shows_24_nodes_and_sends_their_goodbyes()
    {
        Assert.SkipWhen(NetworkLab.Obstacle is not null, NetworkLab.Obstacle ?? string.Empty);
        await using var lab = await NetworkLab.CreateAsync(hosts: 1);
        await using var demo = TestProcess.Start([.. lab.On(1), Programs.Demo, "demo"]);
        await demo.WaitForOutputAsync("Look at http://127.0.0.1:8077/", Deadline);
        using var client = lab.ClientOn(1);
        await Eventually.TrueAsync(
            async () => (await client.GetStringAsync(new Uri("http://127.0.0.1:8077/metrics")))
                .Split('\n').Count(line => line.StartsWith("nodetelemetry_node_up{", StringComparison.Ordinal)) == 24,
            Deadline,
            () => demo.Output);
        demo.Terminate();
        Assert.Equal(0, await demo.WaitForExitAsync(Deadline));
    }

    /// <summary>A port given to the collector is the agent's as well, otherwise nothing would be received.</summary>
    [Theory]
    [InlineData("run")]
    [InlineData("demo")]
    public async Task Requests_are_sent_from_the_receive_port(string verb)
    {
        Assert.SkipWhen(NetworkLab.Obstacle is not null, NetworkLab.Obstacle ?? string.Empty);
        using var folder = new TempFolder();
        await using var lab = await NetworkLab.CreateAsync(hosts: 1);
        await using var run = TestProcess.Start(
            [.. lab.On(1), Programs.Demo, verb, "--listen-port=7001", "--database-path", folder["telemetry.db"]]);
        await run.WaitForOutputAsync("Look at http://127.0.0.1:8077/", Deadline);
        run.Terminate();
        Assert.Equal(0, await run.WaitForExitAsync(Deadline));
    }

    /// <summary>A second start must not send to the collector that is already running.</summary>
    [Fact]
    public async Task A_second_run_fails_and_leaves_the_first_one_alone()
    {
        Assert.SkipWhen(NetworkLab.Obstacle is not null, NetworkLab.Obstacle ?? string.Empty);
        using var folder = new TempFolder();
        await using var lab = await NetworkLab.CreateAsync(hosts: 1);
        await using var first = TestProcess.Start([.. lab.On(1), Programs.Demo, "run", "--database-path", folder["first.db"]]);
        await first.WaitForOutputAsync("Look at http://127.0.0.1:8077/", Deadline);

        var (code, output) = await TestProcess.RunAsync(
            [.. lab.On(1), Programs.Demo, "run", "--database-path", folder["second.db"]], Deadline);
        Assert.NotEqual(0, code);
        Assert.Contains("UDP port 6077 is in use", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Look at", output, StringComparison.Ordinal);
        Assert.DoesNotContain(" left: ", first.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_reported_and_nothing_is_left_running()
    {
        using var folder = new TempFolder();
        await using var first = await CollectorProcess.StartAsync(folder, CollectorProcess.FreeUdpPort());
        var port = first.Address.Port.ToString(CultureInfo.InvariantCulture);
        var (code, output) = await TestProcess.RunAsync(
            [Programs.Demo, "run", "--listen-interfaces", "lo", "--listen-port", CollectorProcess.FreeUdpPort().ToString(CultureInfo.InvariantCulture), "--http-port", port, "--database-path", folder["second.db"]],
            Deadline);

        Assert.NotEqual(0, code);
        Assert.Contains("--http-port", output, StringComparison.Ordinal);
    }
}
