using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Checks the power supply and cooling of a Raspberry Pi, and the energy counters of a PC.</summary>
internal sealed class PowerCheck : ICheck
{
    private const string Group = "nodetelemetry-agent";
    private const int OthersMayRead = 4;
    private const int GroupMayRead = 0x20;
    private const uint RootGroup = 0;

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

        if (EnergyZones.Find(context.Roots).Any(zone => IsForbidden(context, zone)))
        {
            yield return Finding.Good(
                "The power of the CPU is not measured: since Linux 5.10 only root may read its energy counters, "
                + "because they reveal what a program computes (CVE-2020-8694). To let the service read them: "
                + $"echo 'z {EnergyZones.Pattern} 0440 root {Group} -' | "
                + "sudo tee /etc/tmpfiles.d/nodetelemetry-energy.conf && "
                + "sudo systemd-tmpfiles --create nodetelemetry-energy.conf");
        }
    }

    private static bool IsForbidden(DoctorContext context, string zone) =>
        context.ReadStatus(Path.Join(zone, EnergyZones.Counter)) is { } status
        && (status.Mode & OthersMayRead) == 0
        && ((status.Mode & GroupMayRead) == 0 || status.GroupId == RootGroup);
}
