using NodeTelemetry.Agent.Samplers;

namespace NodeTelemetry.Agent.Sampling;

/// <summary>What is known of one sampler. Written by the <see cref="SamplerRunner"/> only.</summary>
internal sealed class SamplerState(ISampler sampler, TimeProvider time)
{
    /// <summary>Gets the sampler.</summary>
    public ISampler Sampler => sampler;

    /// <summary>Gets how it went the last time.</summary>
    public SampleOutcome LastOutcome { get; private set; } = SampleOutcome.NoData;

    /// <summary>Gets how long it took the last time.</summary>
    public TimeSpan LastDuration { get; private set; }

    /// <summary>Gets how long it took at most.</summary>
    public TimeSpan LongestDuration { get; private set; }

    /// <summary>Gets how often it was run.</summary>
    public long Runs { get; private set; }

    /// <summary>Gets how often it failed.</summary>
    public long Failures { get; private set; }

    /// <summary>Gets the throttle of its messages.</summary>
    public LogThrottle Throttle { get; } = new(time);

    /// <summary>Notes one run.</summary>
    public void Add(SampleOutcome outcome, TimeSpan duration)
    {
        LastOutcome = outcome;
        LastDuration = duration;
        LongestDuration = duration > LongestDuration ? duration : LongestDuration;
        Runs++;
        Failures += outcome == SampleOutcome.Failed ? 1 : 0;
    }
}
