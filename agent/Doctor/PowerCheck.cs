using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Whether a Raspberry Pi gets enough power and stays cool enough.</summary>
internal sealed class PowerCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "power";

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(DoctorContext context)
    {
        var throttled = context.Sample.Section(ThrottledSection.Definition);
        if (throttled?[ThrottledSection.UndervoltageNow] > 0)
        {
            yield return Finding.Warning(
                "The supply voltage is too low now: nodes die of this. Change the power supply or its cable.");
        }
        else if (throttled?[ThrottledSection.UndervoltageEver] > 0)
        {
            yield return Finding.Warning(
                "The supply voltage was too low at some time since boot. Change the power supply or its cable.");
        }

        if (throttled?[ThrottledSection.ThrottledEver] > 0)
        {
            yield return Finding.Warning(
                "The cores were throttled at some time since boot: too hot, or too little power.");
        }
    }
}
