using System.Text;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers;

/// <summary>A host, a clock and a builder for the test of one sampler.</summary>
internal sealed class SamplerBench(string host) : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    public FixtureHost Host { get; } = new(host);

    public ManualTimeProvider Time { get; } = new();

    public SnapshotBuilder Builder { get; } = new();

    public SimulatedKernel Kernel => new(Host.Root);

    /// <summary>Makes a sampler that is disposed of with the bench.</summary>
    public T Own<T>(T sampler)
        where T : ISampler
    {
        if (sampler is IDisposable disposable)
        {
            _owned.Add(disposable);
        }

        return sampler;
    }

    public void Write(string path, string content) => Host.Write(path, Encoding.UTF8.GetBytes(content));

    /// <summary>Takes a sample by some samplers, of which the last must end as expected.</summary>
    public NodeSnapshot Sample(SampleOutcome expected, params ISampler[] samplers)
    {
        Builder.Reset();
        var outcome = SampleOutcome.NoData;
        foreach (var sampler in samplers)
        {
            outcome = sampler.Sample(Builder);
        }

        Assert.Equal(expected, outcome);
        return Builder.Build("n", Snapshots.Header, labels: null);
    }

    public SectionReading? Section(SectionDefinition definition, SampleOutcome expected, params ISampler[] samplers) =>
        Sample(expected, samplers).Section(definition);

    public void Dispose()
    {
        foreach (var one in _owned)
        {
            one.Dispose();
        }

        Host.Dispose();
    }
}
