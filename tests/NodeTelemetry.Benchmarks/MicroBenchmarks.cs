using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Ingest;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Benchmarks;

/// <summary>One step of a datagram's way at a time: parse, decode, apply, encode.</summary>
/// <remarks>In this process, compiled at run time: what the native program needs is measured by <see cref="IngestBenchmark"/>.</remarks>
[MemoryDiagnoser]
public class MicroBenchmarks : IDisposable
{
    private readonly SnapshotDecoder _decoder = new();
    private readonly RecentDatagrams _recent = new();
    private readonly SnapshotEncoder _encoder = new();
    private readonly NodeRegistry _registry = new(10, new CollectorMetrics(), TimeProvider.System);
    private readonly System.Net.SocketAddress _source = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 9).Serialize();
    private byte[] _datagram = [];
    private byte[] _spaced = [];
    private NodeSnapshot _snapshot = null!;
    private long _sequence;

    /// <summary>Runs them all.</summary>
    public static int Run()
    {
        BenchmarkRunner.Run<MicroBenchmarks>(
            DefaultConfig.Instance
                .AddJob(Job.ShortRun.WithToolchain(InProcessNoEmitToolchain.Instance))
                .WithArtifactsPath(Path.Combine(RepositoryRoot.Path, "artifacts", "benchmarks")));
        return 0;
    }

    /// <summary>Takes a sample of this machine's agent.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _datagram = NodeLoad.Capture(TimeSpan.FromSeconds(1))[0];
        _spaced = [(byte)' ', .. _datagram];
        _decoder.Decode(_datagram, out var snapshot);
        _snapshot = snapshot!;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The hash by which a copy is recognised.</summary>
    [Benchmark]
    public ulong Hash() => _recent.Hash(_datagram);

    /// <summary>Reads a datagram in one pass.</summary>
    [Benchmark(Baseline = true)]
    public DecodeError Decode() => _decoder.Decode(_datagram, out _);

    /// <summary>Reads the same datagram with a space before it, for which the one pass is not enough.</summary>
    [Benchmark]
    public DecodeError DecodeInThreePasses() => _decoder.Decode(_spaced, out _);

    /// <summary>Parses the datagram with the framework's parser.</summary>
    [Benchmark]
    public int ParseByFramework()
    {
        using var parsed = System.Text.Json.JsonDocument.Parse(_datagram);
        return parsed.RootElement.GetPropertyCount();
    }

    /// <summary>Applies the next sample of a node.</summary>
    [Benchmark]
    public object Apply() => _registry.Apply(
        _snapshot with { Header = _snapshot.Header! with { Sequence = ++_sequence, Part = null } }, _source, TimeProvider.System.GetTimestamp());

    /// <summary>Writes the sample as the agent does.</summary>
    [Benchmark]
    public int Encode() => _encoder.Encode(_snapshot);
}
