using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Sampling;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Checks which samplers have data.</summary>
internal sealed class ReadingsCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "readings";

    /// <summary>Gets a sampler's outcome over both samples: after a failure in the first, it may not have read again.
    /// </summary>
    internal static SampleOutcome GetOutcome(SamplerState state) =>
        state is { LastOutcome: SampleOutcome.NoData, Failures: > 0 } ? SampleOutcome.Failed : state.LastOutcome;

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(DoctorContext context)
    {
        var found = Names(SampleOutcome.Ok);
        if (found.Count > 0)
        {
            yield return Finding.Good($"Found: {string.Join(", ", found)}.");
        }

        var absent = Names(SampleOutcome.NoData);
        if (absent.Count > 0)
        {
            yield return Finding.Good($"Not on this node, or suspended: {string.Join(", ", absent)}.");
        }

        foreach (var name in Names(SampleOutcome.Failed))
        {
            yield return Finding.Warning(
                $"The sampler {name} cannot read or parse its source; its readings are missing.");
        }

        List<string> Names(SampleOutcome outcome) =>
        [
            .. context.Samplers
                .Where(state => GetOutcome(state) == outcome)
                .Select(static state => state.Sampler.Name),
        ];
    }
}
