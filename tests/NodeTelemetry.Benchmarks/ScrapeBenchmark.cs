using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Exposition;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Prometheus;

namespace NodeTelemetry.Benchmarks;

/// <summary>The cost of a scrape of many nodes, beside prometheus-net with the same series, one after the other in each run.</summary>
internal static class ScrapeBenchmark
{
    private const int Runs = 5;

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(string[] options)
    {
        var nodeCount = Read(options, "--nodes", 1000);
        var seriesCount = Read(options, "--series", 500);

        var entryCount = 1;
        while (await CopyAsync(CreateEndpoint(CreateNodes(1, entryCount)), Metrics.NewCustomRegistry()) < seriesCount)
        {
            entryCount++;
        }

        var held = GC.GetTotalMemory(forceFullCollection: true);
        var registry = CreateNodes(nodeCount, entryCount);
        var heldByNodes = GC.GetTotalMemory(forceFullCollection: true) - held;
        var ours = CreateEndpoint(registry);
        var bytes = await ScrapeAsync(output => ours.WriteAsync(output, isOpenMetrics: false, default));

        held = GC.GetTotalMemory(forceFullCollection: true);
        var library = Metrics.NewCustomRegistry();
        var libraryCount = await CopyAsync(ours, library);
        var heldByLibrary = GC.GetTotalMemory(forceFullCollection: true) - held;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{nodeCount} nodes, {libraryCount} series, {entryCount} entries in each section; {bytes / 1e6:0.0} MB a scrape; "
            + $"held: {heldByNodes / (double)libraryCount:0} bytes a series by the nodes, "
            + $"{heldByLibrary / (double)libraryCount:0} by prometheus-net"));

        for (var run = 0; run <= Runs; run++)
        {
            var own = await MeasureAsync(output => ours.WriteAsync(output, isOpenMetrics: false, default));
            var other = await MeasureAsync(output => library.CollectAndExportAsTextAsync(output.AsStream(leaveOpen: true)));
            if (run > 0)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"own writer {own}; prometheus-net {other}; ratio {own.Cpu / other.Cpu:0.00}"));
            }
        }

        GC.KeepAlive(registry);
        return 0;
    }

    private static int Read(string[] options, string name, int standard)
    {
        var index = Array.IndexOf(options, name);
        return index < 0 ? standard : int.Parse(options[index + 1], CultureInfo.InvariantCulture);
    }

    private static MetricsEndpoint CreateEndpoint(NodeRegistry registry) =>
        new(registry, new CollectorGauges("0", [], []), new MetricRegistry());

    /// <summary>Creates nodes with every reading.</summary>
    private static NodeRegistry CreateNodes(int nodeCount, int entryCount)
    {
        var time = new ManualTimeProvider();
        var registry = new NodeRegistry(nodeCount, new CollectorMetrics(), time);
        string[] entries = [.. Enumerable.Range(0, entryCount).Select(static index => $"entry{index}")];
        for (var node = 0; node < nodeCount; node++)
        {
            registry.Apply(
                new NodeSnapshot
                {
                    Hostname = $"pi-{node:0000}",
                    Header = new SampleHeader
                    {
                        Node = $"{node:x16}",
                        Boot = 1,
                        Run = 1,
                        Sequence = 1,
                        TimeMilliseconds = 0,
                        IntervalMilliseconds = 1000,
                    },
                    Sections = [.. SectionCatalog.All.Select(section => FilledSections.Create(section, entries))],
                },
                new IPEndPoint(new IPAddress([10, 77, (byte)(node >> 8), (byte)node]), 40_000).Serialize(),
                time.GetTimestamp());
        }

        return registry;
    }

    /// <summary>Registers every series of a scrape with the library, under the same name, labels and value.</summary>
    private static async Task<int> CopyAsync(MetricsEndpoint endpoint, CollectorRegistry library)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await endpoint.WriteAsync(pipe.Writer, isOpenMetrics: false, default);
        await pipe.Writer.CompleteAsync();
        using var reader = new StreamReader(pipe.Reader.AsStream());
        var factory = Metrics.WithCustomRegistry(library);
        var count = 0;
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("nodetelemetry_node_", StringComparison.Ordinal))
            {
                var name = line[..line.IndexOf('{', StringComparison.Ordinal)];
                var parts = line[(name.Length + 1)..line.LastIndexOf('}')].Split("\",");
                var labels = parts.Select(static part => part.Split("=\"")).ToArray();
                factory.CreateGauge(name, "Help of about the usual length", [.. labels.Select(static label => label[0])])
                    .WithLabels([.. labels.Select(static label => label[1].TrimEnd('"'))])
                    .Set(double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
                count++;
            }
        }

        return count;
    }

    private static async Task<long> ScrapeAsync(Func<PipeWriter, Task> write)
    {
        var output = new CountingStream();
        var pipe = PipeWriter.Create(output, new StreamPipeWriterOptions(leaveOpen: true));
        await write(pipe);
        await pipe.CompleteAsync();
        return output.Bytes;
    }

    private static async Task<Use> MeasureAsync(Func<PipeWriter, Task> write)
    {
        GC.Collect();
        var collections = Enumerable.Range(0, 3).Select(GC.CollectionCount).ToArray();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        await ScrapeAsync(write);
        return new Use(
            (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds,
            GC.GetTotalAllocatedBytes(precise: true) - allocated,
            string.Join('/', Enumerable.Range(0, 3).Select(generation => GC.CollectionCount(generation) - collections[generation])));
    }

    private sealed record Use(double Cpu, long Allocated, string Collections)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Cpu,6:0} ms CPU, {Allocated / 1024.0,9:0} KiB allocated, collections {Collections}");
    }

    /// <summary>A connection that takes everything at once.</summary>
    private sealed class CountingStream : Stream
    {
        public long Bytes { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Bytes += count;

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            Bytes += count;
            return Task.CompletedTask;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Bytes += buffer.Length;
            return default;
        }
    }
}
