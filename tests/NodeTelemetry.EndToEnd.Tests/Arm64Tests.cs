using System.Globalization;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>The programs for boards, cross-compiled on this machine: in a whole emulated machine, or each in an emulator.</summary>
public sealed class Arm64Tests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(240);

    /// <summary>A board boots, its agent multicasts, stops with a goodbye, starts again and is killed.</summary>
    [Fact]
    public async Task A_board_joins_by_multicast_leaves_with_a_goodbye_and_is_lost_when_killed()
    {
        Assert.SkipWhen(BoardModel.Arm64.Obstacle is not null, BoardModel.Arm64.Obstacle ?? string.Empty);
        Assert.SkipWhen(NativeAgent.Arm64Obstacle is not null, NativeAgent.Arm64Obstacle ?? string.Empty);
        using var folder = new TempFolder();
        await using var lab = await NetworkLab.CreateAsync(1);
        await using var board = new EmulatedBoard(BoardModel.Arm64, lab, 1);
        board.Put(NativeAgent.Arm64[^1], "agent");
        await board.StartAsync(
            "board",
            """
            /agent run --interval 1s & agent=$!
            wait_for_test stop
            kill -TERM $agent
            wait $agent
            echo "#### ended with $?"
            wait_for_test again
            /agent run --interval 1s & agent=$!
            wait_for_test kill
            kill -9 $agent
            wait_for_test off
            """);
        await using var collector = await CollectorProcess.StartAsync(folder, lab, 1);

        await collector.WaitForHealthAsync("board", "up", Deadline);
        await Eventually.TrueAsync(
            async () => (await collector.NodesAsync())["board"].TryGetProperty("about", out var about)
                && about.GetProperty("arch").GetString() == "arm64",
            Deadline,
            () => board.Output);

        await board.ContinueAsync("stop", Deadline);
        await collector.WaitForHealthAsync("board", "left", Deadline);
        Assert.Equal("stop", (await collector.NodesAsync())["board"].GetProperty("bye").GetProperty("reason").GetString());

        await board.ContinueAsync("again", Deadline);
        await collector.WaitForHealthAsync("board", "up", Deadline);
        Assert.Contains("#### ended with 0", board.Output, StringComparison.Ordinal);
        await board.ContinueAsync("kill", Deadline);
        await collector.WaitForHealthAsync("board", "lost", Deadline);
        await board.ContinueAsync("off", Deadline);
        await board.WaitForEndAsync(Deadline);
    }

    /// <summary>The collector for boards: page, API, metrics and its bundled SQLite. The agent sends by unicast, as multicast is not emulated.</summary>
    [Fact]
    public async Task The_collector_for_64_bit_ARM_serves_its_page_and_keeps_a_history()
    {
        Assert.SkipWhen(NativeCollector.Arm64Obstacle is not null, NativeCollector.Arm64Obstacle ?? string.Empty);
        Assert.SkipWhen(NativeAgent.Arm64Obstacle is not null, NativeAgent.Arm64Obstacle ?? string.Empty);
        using var folder = new TempFolder();
        var port = CollectorProcess.FreeUdpPort();
        await using (var collector = await CollectorProcess.StartAsync(NativeCollector.Arm64, folder, port))
        {
            await using var agent = TestProcess.Start(
            [
                .. NativeAgent.Arm64, "run", "--hostname", "board", "--interval", "200ms", "--group4", "none", "--group6", "none",
                "--target", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"),
            ]);
            await collector.WaitForHealthAsync("board", "up", Deadline);
            Assert.Contains("with SQLite bundled", collector.Process.Output, StringComparison.Ordinal);
            Assert.Contains("<!doctype html>", await collector.GetTextAsync(string.Empty), StringComparison.OrdinalIgnoreCase);
            Assert.Contains("hostname=\"board\"", await collector.GetTextAsync("metrics"), StringComparison.Ordinal);
            collector.Process.Terminate();
            Assert.Equal(0, await collector.Process.WaitForExitAsync(Deadline));
        }

        await using var next = await CollectorProcess.StartAsync(NativeCollector.Arm64, folder, port);
        Assert.Contains("board", (await next.NodesAsync()).Keys);
    }
}
