using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Checks for disabled kernel accounting: memory cgroup and PSI.</summary>
/// <remarks>Raspberry Pi OS disables both by default. Source: cgroups(7), the kernel's psi.rst.</remarks>
internal sealed class KernelSwitchesCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "kernel";

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(DoctorContext context)
    {
        if (IsMemoryCgroupOff(context))
        {
            yield return Finding.Warning(
                "The memory cgroup is disabled: memory of containers is not measured, and their limits have no effect.",
                CommandLine(context, "cgroup_enable=memory cgroup_memory=1"));
        }

        if (!Directory.Exists(context.Roots.ProcFile("pressure")))
        {
            yield return Finding.Good(
                "PSI is unavailable: pressure is not measured. If the kernel has it built in, enable it: "
                + CommandLine(context, "psi=1"));
        }
    }

    private static bool IsMemoryCgroupOff(DoctorContext context)
    {
        if (context.Sample.Section(SystemSection.Definition)?[SystemSection.MemoryCgroup] is { } flag)
        {
            return flag == 0;
        }

        // Columns: name, hierarchy, number, enabled.
        return DoctorContext.ReadLines(context.Roots.ProcFile("cgroups"))
            .Select(static line => line.Split('\t', StringSplitOptions.TrimEntries))
            .Any(static words => words is ["memory", _, _, "0"]);
    }

    private static string CommandLine(DoctorContext context, string switches) => context.IsRaspberryPi
        ? $"sudo sed -i '1 s/$/ {switches}/' {context.FirmwareDirectory}/cmdline.txt && sudo reboot"
        : $"add {switches} to GRUB_CMDLINE_LINUX in /etc/default/grub, then: sudo update-grub && sudo reboot";
}
