using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Checks what a container must be given so that the agent in it can report the node.</summary>
internal sealed class ContainerCheck : ICheck
{
    /// <summary>Mount ID, parent, device and root come before the mount point in a line of mountinfo.</summary>
    private const int MountPointColumn = 4;

    /// <summary>The sampler that needs the bus of the node.</summary>
    private const string BusSampler = "systemd";

    /// <inheritdoc/>
    public string Name => "container";

    /// <summary>Explains that the node's file systems are not mounted.</summary>
    public static string ExplainUnmounted(KernelRoots roots) =>
        $"--root: {roots.Root} has no proc directory, so the node's root directory is not mounted there and nothing "
        + $"can be read; start the container with -v /:{roots.Root}:ro,rslave.";

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(DoctorContext context)
    {
        var roots = context.Roots;
        var mount = $"-v /:{roots.Root}:ro,rslave";
        if (roots.IsUnmounted)
        {
            yield return Finding.Error(ExplainUnmounted(roots), $"docker run {mount} …");
            yield break;
        }

        if (!roots.IsContainer)
        {
            yield break;
        }

        if (!Directory.Exists(roots.SysFile("class/net")))
        {
            yield return Finding.Error(
                $"{roots.Sys} is empty: the mount does not include the mounts below it; sensors, disks and interfaces "
                + "are missing.",
                $"docker run {mount} …");
        }
        else if (roots.Root != "/" && IsShared(roots, "1", "/") && !IsShared(roots, "self", roots.Root))
        {
            yield return Finding.Warning(
                "File systems that are mounted on the node after the start of this container are not reported.",
                $"docker run {mount} …");
        }

        foreach (var finding in CheckNetwork(context))
        {
            yield return finding;
        }

        if (File.Exists(roots.RunFile("dbus/system_bus_socket"))
            && context.Samplers.Any(static state =>
                state.Sampler.Name == BusSampler
                && ReadingsCheck.GetOutcome(state) == SampleOutcome.Failed))
        {
            yield return Finding.Warning(
                "The node's systemd does not reply, so failed units and the reason of a stop are not reported: its "
                + "bus refuses users that the node does not have. Every distribution has the user 65534.",
                "docker run --user 65534 …");
        }

        if (context.Sample.Hostname == NodeHostname.Unknown)
        {
            yield return Finding.Warning(
                $"The node's host name is unknown: {roots.EtcFile("hostname")} cannot be read, and the name of the "
                + "container is not that of the node.",
                "docker run -e NODETELEMETRY_HOSTNAME=\"$(hostname)\" …");
        }
    }

    private static IEnumerable<Finding> CheckNetwork(DoctorContext context)
    {
        var roots = context.Roots;
        if (roots.IsNetworkOwn)
        {
            yield return Finding.Good("The container has the network of the node.");
            yield break;
        }

        if (context.TargetCount == 0)
        {
            yield return Finding.Error(
                "The container has a network of its own, so multicast does not leave the node, and there is no "
                + "--target.",
                "docker run --network host …, or docker run -e NODETELEMETRY_TARGET=COLLECTOR:6077 …");
        }
        else
        {
            yield return Finding.Good(
                "The container has a network of its own: multicast does not leave the node, the targets receive "
                + "datagrams.");
        }

        if (!roots.IsNetworkReadable)
        {
            yield return Finding.Warning(
                $"{roots.ProcFile("1/net")} is hidden (mount option hidepid), so interfaces and addresses of the node "
                + "are not reported.",
                "docker run --network host …");
        }
    }

    /// <summary>Determines whether a mount passes later mounts on to others, or receives them.</summary>
    /// <remarks>Source: proc_pid_mountinfo(5): the tag <c>master:N</c> of a slave, <c>shared:N</c> of a shared mount.
    /// </remarks>
    private static bool IsShared(KernelRoots roots, string process, string mountPoint) =>
        DoctorContext.ReadLines(roots.ProcFile($"{process}/mountinfo"))
            .Select(static line => line.Split(' '))
            .Where(words => words.Length > MountPointColumn && words[MountPointColumn] == mountPoint)
            .Any(static words => words.Any(static word =>
                word.StartsWith("master:", StringComparison.Ordinal)
                || word.StartsWith("shared:", StringComparison.Ordinal)));
}
