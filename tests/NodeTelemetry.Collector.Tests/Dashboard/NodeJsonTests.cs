using System.IO.Pipelines;
using System.Text.Json;
using NodeTelemetry.Collector.Dashboard;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Dashboard;

public sealed class NodeJsonTests
{
    private const int NodeCount = 2000;
    private const int BufferedBytesMax = 256 * 1024;

    /// <summary>A pipe without a reader stops the writer: what is in it then is all that is ever buffered.</summary>
    [Fact]
    public async Task A_large_list_of_nodes_is_written_piece_by_piece()
    {
        var time = new ManualTimeProvider();
        var registry = Snapshots.Registry(NodeCount, time, new Snapshots.Recorder());
        for (var node = 0; node < NodeCount; node++)
        {
            registry.Apply(
                Snapshots.Of(0, $"{node:x16}", hostname: $"pi-{node:d4}"), Source(node), time.GetTimestamp());
        }

        var pipe = new Pipe();
        var writing = WriteAsync(pipe.Writer);
        var first = await pipe.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.False(writing.IsCompleted);
        Assert.InRange(first.Buffer.Length, 1, BufferedBytesMax);
        pipe.Reader.AdvanceTo(first.Buffer.Start);

        using var whole = await JsonDocument.ParseAsync(
            pipe.Reader.AsStream(), cancellationToken: TestContext.Current.CancellationToken);
        await writing;
        var nodes = whole.RootElement.GetProperty("nodes").EnumerateArray().ToList();
        Assert.Equal(NodeCount, nodes.Count);
        Assert.Equal("pi-1999", nodes[^1].GetProperty("hostname").GetString());

        async Task WriteAsync(PipeWriter writer)
        {
            await NodeJson.WriteAllAsync(writer, registry.Statuses, time, TestContext.Current.CancellationToken);
            await writer.CompleteAsync();
        }
    }

    /// <summary>No address may have nearly all nodes.</summary>
    private static System.Net.SocketAddress Source(int node) => new System.Net.IPEndPoint(
        new System.Net.IPAddress([10, 77, (byte)(node / 250), (byte)(node % 250)]), 40_000).Serialize();
}
