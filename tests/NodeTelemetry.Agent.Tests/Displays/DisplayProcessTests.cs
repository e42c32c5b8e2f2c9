using System.Buffers.Binary;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Displays;

/// <summary>The agent as a process with a display that the kernel drives: a file in its place.</summary>
public sealed class DisplayProcessTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The display is found, drawn on while the agent runs, and dark when it has ended.</summary>
    [Fact]
    public async Task The_node_is_shown_until_the_agent_stops()
    {
        _folder.Write("sys/class/graphics/fb0/name", "panel-mipi-dbid\n");
        _folder.Write("sys/class/graphics/fb0/virtual_size", "160,80\n");
        _folder.Write("sys/class/graphics/fb0/bits_per_pixel", "16\n");
        _folder.Write("dev/fb0", string.Empty);
        await using var agent = TestProcess.Start(
            [Path.Combine(AppContext.BaseDirectory, "nodetelemetry-agent"), "run", "--interval", "1s",
            "--group4", "none", "--group6", "none", "--target", "127.0.0.1:9", "--sys-root", _folder["sys"],
            "--dev-root", _folder["dev"]]);

        await agent.WaitForOutputAsync("display enviro", Deadline);
        await Eventually.TrueAsync(() => Task.FromResult(Light() > 0), Deadline);

        agent.Terminate();
        Assert.Equal(0, await agent.WaitForExitAsync(Deadline));
        Assert.Equal(160 * 80 * 2, new FileInfo(_folder["dev/fb0"]).Length);
        Assert.Equal(0, Light());
    }

    private int Light()
    {
        var bytes = File.ReadAllBytes(_folder["dev/fb0"]);
        var sum = 0;
        for (var place = 0; place + 1 < bytes.Length; place += sizeof(ushort))
        {
            sum += BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(place)) == 0 ? 0 : 1;
        }

        return sum;
    }
}
