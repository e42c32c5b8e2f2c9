using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Samplers;

namespace NodeTelemetry.Agent.Sampling;

/// <summary>Runs every sampler at a tick.
/// Times, isolates and counts each, so that a bad sensor never costs other readings.</summary>
internal sealed partial class SamplerRunner
{
    private readonly SamplerState[] _samplers;
    private readonly TimeProvider _time;
    private readonly AgentMetrics _metrics;
    private readonly ILogger _logger;

    /// <summary>Initializes a new instance of the <see cref="SamplerRunner"/> class.</summary>
    public SamplerRunner(IEnumerable<ISampler> samplers, TimeProvider time, AgentMetrics metrics, ILogger logger)
    {
        _samplers = [.. samplers.Select(sampler => new SamplerState(sampler, time))];
        _time = time;
        _metrics = metrics;
        _logger = logger;
    }

    /// <summary>Gets what is known of each sampler.</summary>
    public IReadOnlyList<SamplerState> Samplers => _samplers;

    /// <summary>Runs all samplers, in order.</summary>
    public void Run(SnapshotBuilder into)
    {
        foreach (var state in _samplers)
        {
            RunOne(state, into);
        }
    }

    /// <summary>Runs one sampler that is not due at every tick.</summary>
    public void RunOne(SamplerState state, SnapshotBuilder into)
    {
        var start = _time.GetTimestamp();
        var outcome = Isolate(state, into);
        state.Add(outcome, _time.GetElapsedTime(start));
        if (outcome == SampleOutcome.Failed)
        {
            _metrics.AddSamplerFailed();
            if (state.Throttle.TryPass(out var suppressed))
            {
                Log.SamplerFailed(_logger, state.Sampler.Name, suppressed, LogThrottle.DefaultWindow);
            }
        }
    }

    private SampleOutcome Isolate(SamplerState state, SnapshotBuilder into)
    {
        try
        {
            return state.Sampler.Sample(into);
        }
#pragma warning disable CA1031 // A defect in one sampler must not cost the readings of the others; it is counted.
        catch (Exception error)
#pragma warning restore CA1031
        {
            if (state.Throttle.TryPass(out var suppressed))
            {
                Log.SamplerThrew(_logger, state.Sampler.Name, suppressed, error);
            }

            return SampleOutcome.Failed;
        }
    }
}
