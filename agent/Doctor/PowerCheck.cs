using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Checks the power supply and cooling of a Raspberry Pi.</summary>
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
                "The supply voltage is too low now, which makes nodes crash. Replace the power supply or its cable.");
        }
        else if (throttled?[ThrottledSection.UndervoltageEver] > 0)
        {
            yield return Finding.Warning(
                "The supply voltage was too low at least once since boot. Replace the power supply or its cable.");
        }

        if (throttled?[ThrottledSection.ThrottledEver] > 0)
        {
            yield return Finding.Warning(
                "The CPU was throttled at least once since boot. Improve cooling or the power supply.");
        }
    }
}
