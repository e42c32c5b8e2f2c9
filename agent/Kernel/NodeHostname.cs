using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>The node's host name.</summary>
internal static class NodeHostname
{
    /// <summary>The name of a node whose name cannot be read.</summary>
    public const string Unknown = "unknown";

    /// <summary>Reads the kernel's name, or else that in <c>/etc/hostname</c>.</summary>
    /// <remarks>In a container, <c>/etc/hostname</c> of the node comes first:
    /// the kernel's name is that of the container, which is usually the node's if it has the node's network.</remarks>
    /// <returns><see cref="Unknown"/> if neither can be read.</returns>
    public static string Read(KernelRoots roots) =>
        (roots.IsContainer ? ReadFile(roots.EtcFile("hostname")) : null)
        ?? (roots.IsNetworkOwn ? ReadFile(roots.ProcFile("sys/kernel/hostname")) : null)
        ?? ReadFile(roots.EtcFile("hostname"))
        ?? Unknown;

    private static string? ReadFile(string path) => KernelText.ReadFile(path, WireLimits.HostnameBytesMax);
}
