using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Displays;

/// <summary>The agent as a process with a display that the kernel drives: a file in its place.</summary>
public sealed class DisplayProcessTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The display is found, drawn on while the agent runs, red when the collector says so, and dark when it
    /// has ended.</summary>
    [Fact]
    public async Task The_node_is_shown_until_the_agent_stops()
    {
        using var collector =
            new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 60_000 };
        collector.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _folder.Write("sys/class/graphics/fb0/name", "panel-mipi-dbid\n");
        _folder.Write("sys/class/graphics/fb0/virtual_size", "160,80\n");
        _folder.Write("sys/class/graphics/fb0/bits_per_pixel", "16\n");
        _folder.Write("dev/fb0", string.Empty);
        await using var agent = TestProcess.Start(
            [Path.Combine(AppContext.BaseDirectory, "nodetelemetry-agent"), "run", "--interval", "1s",
            "--group4", "none", "--group6", "none", "--target", $"{collector.LocalEndPoint}", "--sys-root", _folder["sys"],
            "--dev-root", _folder["dev"]]);

        await agent.WaitForOutputAsync("display enviro", Deadline);
        await Eventually.TrueAsync(() => Task.FromResult(LastRow().Contains(Colour.Shade)), Deadline);
        Assert.DoesNotContain(Colour.Red, LastRow());

        EndPoint agentAddress = new IPEndPoint(IPAddress.Any, 0);
        var buffer = new byte[2048];
        collector.ReceiveFrom(buffer, ref agentAddress);
        collector.SendTo("""{"v":1,"ask":"cookie"}"""u8, agentAddress);
        string datagram;
        do
        {
            datagram = Encoding.UTF8.GetString(buffer, 0, collector.ReceiveFrom(buffer, ref agentAddress));
        }
        while (!datagram.StartsWith("{\"cookie\":", StringComparison.Ordinal));

        var show = """{"v":1,"ask":"show","alert":"critical","ttl":90,""" + datagram[1..];
        collector.SendTo(Encoding.UTF8.GetBytes(show), agentAddress);
        await Eventually.TrueAsync(() => Task.FromResult(LastRow().Contains(Colour.Red)), Deadline);

        agent.Terminate();
        Assert.Equal(0, await agent.WaitForExitAsync(Deadline));
        Assert.Equal(160 * 80 * 2, new FileInfo(_folder["dev/fb0"]).Length);
        Assert.All(File.ReadAllBytes(_folder["dev/fb0"]), static one => Assert.Equal(0, one));
    }

    /// <summary>The place where a panel shows the page and the alert.</summary>
    private ushort[] LastRow()
    {
        var bytes = File.ReadAllBytes(_folder["dev/fb0"]);
        var row = new ushort[160];
        for (var x = 0; x < row.Length && bytes.Length == 160 * 80 * sizeof(ushort); x++)
        {
            row[x] = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(((160 * 79) + x) * sizeof(ushort)));
        }

        return row;
    }
}
