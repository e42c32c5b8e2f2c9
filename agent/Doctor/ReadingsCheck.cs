using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Sampling;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Which samplers find what they read.</summary>
internal sealed class ReadingsCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "readings";

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
            yield return Finding.Good($"Not on this node, or asleep: {string.Join(", ", absent)}.");
        }

        foreach (var name in Names(SampleOutcome.Failed))
        {
            yield return Finding.Warning(
                $"The sampler {name} cannot read its source, or finds no sense in it; its readings are missing.");
        }

        List<string> Names(SampleOutcome outcome) =>
        [
            .. context.Samplers
                .Where(state => OutcomeOf(state) == outcome)
                .Select(static state => state.Sampler.Name),
        ];
    }

    /// <summary>Gets how a sampler got on with both samples: one that failed in the first may not have read again.
    /// </summary>
    private static SampleOutcome OutcomeOf(SamplerState state) =>
        state is { LastOutcome: SampleOutcome.NoData, Failures: > 0 } ? SampleOutcome.Failed : state.LastOutcome;
}
