using System.Text.Json;
using System.Text.RegularExpressions;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>The agent for 32-bit ARM on a whole emulated Raspberry Pi Zero with an Enviro, and then a Sense HAT: what it reads from the kernel's devices
/// and writes to them there has the layout of that processor.</summary>
public sealed partial class ZeroTests
{
    /// <summary>The board takes a minute for all of it; a busy host many times that.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(6);

    /// <summary>The first agent shows pages on the LCD and stops with a goodbye; the second one does so on the matrix, follows the joystick and is killed.</summary>
    [Fact]
    public async Task A_Pi_Zero_reads_its_chips_shows_pages_leaves_with_a_goodbye_and_is_lost_when_killed()
    {
        Assert.SkipWhen(BoardModel.Zero.Obstacle is not null, BoardModel.Zero.Obstacle ?? string.Empty);
        Assert.SkipWhen(MonoAgent.ArmObstacle is not null, MonoAgent.ArmObstacle ?? string.Empty);
        using var folder = new TempFolder();
        await using var lab = await NetworkLab.CreateAsync(1);
        await using var board = new EmulatedBoard(BoardModel.Zero, lab, 1);
        board.PutFolder(MonoAgent.Folder, "agent");
        board.Plug(0x76, ExampleChips.Bme280);
        board.Plug(0x23, ExampleChips.Ltr559);
        await board.StartAsync(
            "hostzero",
            """
            lcd() { tail -c 25600 /sys/devices/platform/spi_pretend/written; }
            matrix() { dd if=/dev/fb0 bs=128 count=1 2>/dev/null | xxd -p -c 128; }
            until_true() { until "$@"; do sleep 0.5; done; }
            is_drawn() { [ $(lcd | xxd -p -c 2 | sort -u | wc -l) -gt 4 ]; }
            is_lit() { matrix | grep -q '[1-9a-f]'; }
            run() { /agent/nodetelemetry-agent run --interval 1s "$@" & agent=$!; }
            run --display enviro
            until_true is_drawn
            echo "#### LCD drawn"
            grep nodetelemetry /sys/kernel/debug/gpio
            wait_for_test stop
            kill -TERM $agent
            wait $agent
            echo "#### ended with $?"
            run --display sense-hat
            until_true is_lit
            first=$(matrix)
            while [ "$(matrix)" = "$first" ]; do
              echo 106 >/sys/module/hat_pretend/parameters/key
              sleep 1
            done
            echo "#### joystick followed"
            wait_for_test kill
            kill -9 $agent
            wait_for_test off
            """);
        await using var collector = await CollectorProcess.StartAsync(folder, lab, 1);

        await collector.WaitForHealthAsync("hostzero", "up", Deadline);
        await Eventually.TrueAsync(async () => AreComplete(await ReadingsAsync(collector)), Deadline, () => board.Output);
        var readings = await ReadingsAsync(collector);
        var sensors = readings.GetProperty("sensors");
        var climate = ExampleChips.Vectors.GetProperty("bme280")[0].GetProperty("dbl_C_Pa_RH");
        AssertClose(climate[0].GetDouble(), sensors, "bme280", "sensorTemperatureCelsius", 0.001);
        AssertClose(climate[1].GetDouble(), sensors, "bme280", "sensorPressurePascals", 0.1);
        AssertClose(climate[2].GetDouble() / 100, sensors, "bme280", "sensorHumidityRatio", 0.0001);
        AssertClose(ExampleChips.Light.GetProperty("lux").GetDouble(), sensors, "ltr559", "sensorIlluminanceLux", 0.1);

        // adjtimex(2), and the thermal zone of the board.
        Assert.Equal(0, readings.GetProperty("clockSynchronised").GetDouble());
        Assert.Equal(20.178, readings.GetProperty("temperatureCelsius").GetDouble(), 0.001);
        Assert.Equal("arm", (await collector.NodesAsync())["hostzero"].GetProperty("about").GetProperty("arch").GetString());

        await board.ContinueAsync("stop", Deadline);
        await collector.WaitForHealthAsync("hostzero", "left", Deadline);
        Assert.Equal("stop", (await collector.NodesAsync())["hostzero"].GetProperty("bye").GetProperty("reason").GetString());

        await collector.WaitForHealthAsync("hostzero", "up", Deadline);
        await board.ContinueAsync("kill", Deadline);
        await collector.WaitForHealthAsync("hostzero", "lost", Deadline);
        await board.ContinueAsync("off", Deadline);
        await board.WaitForEndAsync(Deadline);
        Assert.Contains("#### ended with 0", board.Output, StringComparison.Ordinal);

        // The data line and the light of the LCD.
        var lines = DrivenLine().Matches(board.Output).Select(static match => match.Groups[1].Value).ToList();
        Assert.True(lines.Count == 2 && lines.Contains("hi"), board.Output);

        // The loopback sound card records silence, which no microphone does; reading it has succeeded.
        Assert.Contains("The data from adau7002 is not that of sensor microphone.", board.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\|nodetelemetry +\) out (hi|lo)")]
    private static partial Regex DrivenLine();

    private static bool AreComplete(JsonElement readings) =>
        readings.TryGetProperty("sensors", out var sensors) && sensors.TryGetProperty("bme280", out _) && sensors.TryGetProperty("ltr559", out _)
        && readings.TryGetProperty("clockSynchronised", out _) && readings.TryGetProperty("temperatureCelsius", out _);

    private static async Task<JsonElement> ReadingsAsync(CollectorProcess collector) =>
        (await collector.NodesAsync())["hostzero"].GetProperty("readings");

    private static void AssertClose(double expected, JsonElement sensors, string sensor, string reading, double tolerance) =>
        Assert.Equal(expected, sensors.GetProperty(sensor).GetProperty(reading).GetDouble(), tolerance);
}
