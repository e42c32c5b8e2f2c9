using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Checks for bridges of this node that stop multicast.</summary>
/// <remarks>A switch with IGMP snooping forgets its listeners within minutes if there is no querier:
/// multicast works at first and then stops. Source: sysfs of the bridge,
/// <c>multicast_snooping</c> and <c>multicast_querier</c>.</remarks>
internal sealed class SnoopingCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "snooping";

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(DoctorContext context)
    {
        foreach (var directory in KernelRoots.Folders(context.Roots.SysFile("class/net")).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(directory);
            if (Read(directory, "multicast_snooping") == "1" && Read(directory, "multicast_querier") == "0")
            {
                yield return Finding.Warning(
                    $"The bridge {name} snoops IGMP without a querier: unless another machine in its network is one, "
                    + "multicast through it stops some minutes after each start.",
                    $"echo 1 | sudo tee /sys/class/net/{name}/bridge/multicast_querier");
            }
        }
    }

    private static string? Read(string directory, string name) =>
        KernelText.ReadFile(Path.Join(directory, "bridge", name), 8);
}
