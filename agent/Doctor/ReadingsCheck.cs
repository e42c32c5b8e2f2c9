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
        var names = context.Samplers.ToLookup(
            static state => state.LastOutcome, static state => state.Sampler.Name);
        if (names[SampleOutcome.Ok].Any())
        {
            yield return Finding.Good($"Found: {string.Join(", ", names[SampleOutcome.Ok])}.");
        }

        if (names[SampleOutcome.NoData].Any())
        {
            yield return Finding.Good(
                $"Not on this node, or asleep: {string.Join(", ", names[SampleOutcome.NoData])}.");
        }

        foreach (var name in names[SampleOutcome.Failed])
        {
            yield return Finding.Warning(
                $"The sampler {name} cannot read its source, or finds no sense in it; its readings are missing.");
        }
    }
}
