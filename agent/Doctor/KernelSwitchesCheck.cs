using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Accounting that the kernel has and does not do: memory of containers, pressure.</summary>
/// <remarks>Raspberry Pi OS switches both off by default. Source: cgroups(7), the kernel's psi.rst.</remarks>
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
                "The memory of containers is not accounted (the memory cgroup is off), so limits do not hold either.",
                CommandLine(context, "cgroup_enable=memory cgroup_memory=1"));
        }

        if (!Directory.Exists(context.Roots.ProcFile("pressure")))
        {
            yield return Finding.Good(
                "The kernel does not measure pressure (PSI). Where it was built in and is off, this switches it on: "
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
        return DoctorContext.Lines(context.Roots.ProcFile("cgroups"))
            .Select(static line => line.Split('\t', StringSplitOptions.TrimEntries))
            .Any(static words => words is ["memory", _, _, "0"]);
    }

    private static string CommandLine(DoctorContext context, string switches) => context.IsRaspberryPi
        ? $"sudo sed -i '1 s/$/ {switches}/' {context.FirmwareFolder}/cmdline.txt && sudo reboot"
        : $"add {switches} to GRUB_CMDLINE_LINUX in /etc/default/grub, then: sudo update-grub && sudo reboot";
}
