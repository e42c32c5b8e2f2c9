using NodeTelemetry.Agent.Samplers;

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
                .Where(state => state.LastOutcome == outcome)
                .Select(static state => state.Sampler.Name),
        ];
    }
}
