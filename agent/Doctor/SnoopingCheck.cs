using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Bridges of this node that keep multicast from those who want it.</summary>
/// <remarks>A switch that snoops IGMP forgets its listeners within minutes where nobody queries them: it works at first
/// and then stops. Source: sysfs of the bridge, <c>multicast_snooping</c> and <c>multicast_querier</c>.</remarks>
internal sealed class SnoopingCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "snooping";

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(DoctorContext context)
    {
        foreach (var folder in KernelRoots.Folders(context.Roots.SysFile("class/net")).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(folder);
            if (Read(folder, "multicast_snooping") == "1" && Read(folder, "multicast_querier") == "0")
            {
                yield return Finding.Warning(
                    $"The bridge {name} snoops IGMP and queries nobody: unless another machine in its network does, "
                    + "multicast through it ends some minutes after each start.",
                    $"echo 1 | sudo tee /sys/class/net/{name}/bridge/multicast_querier");
            }
        }
    }

    private static string? Read(string folder, string name) =>
        KernelText.ReadFile(Path.Join(folder, "bridge", name), 8);
}
