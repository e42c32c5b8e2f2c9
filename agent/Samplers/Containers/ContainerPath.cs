using System.Buffers;

namespace NodeTelemetry.Agent.Samplers.Containers;

/// <summary>Recognises the control groups of containers by their names.</summary>
/// <remarks>Source: what runc, crun, the kubelet, CRI-O, podman and LXC name the groups that they make:
/// with systemd <c>docker-ID.scope</c>, <c>cri-containerd-ID.scope</c>, <c>crio-ID.scope</c>, <c>libpod-ID.scope</c>,
/// without it <c>docker/ID</c> and <c>kubepods/burstable/podUID/ID</c>; LXC <c>lxc.payload.NAME</c> or <c>lxc/NAME</c>.
/// An ID is 64 hexadecimal digits. Allocates: nothing.</remarks>
internal static class ContainerPath
{
    /// <summary>Digits of an identity: a SHA-256.</summary>
    public const int IdDigits = 64;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>Returns whether a group is a container.</summary>
    /// <param name="name">Its folder's name.</param>
    /// <param name="parent">The name of the folder above it.</param>
    /// <param name="identity">The identity, or the name where the manager gives it one.</param>
    public static bool TryParse(ReadOnlySpan<byte> name, ReadOnlySpan<byte> parent, out ReadOnlySpan<byte> identity)
    {
        if (name.StartsWith("lxc.payload."u8))
        {
            identity = name["lxc.payload."u8.Length..];
            return !identity.IsEmpty;
        }

        if (parent.SequenceEqual("lxc"u8))
        {
            identity = name;
            return true;
        }

        identity = name;
        if (identity.EndsWith(".scope"u8))
        {
            identity = identity[..^".scope"u8.Length];
            var hyphen = identity.LastIndexOf((byte)'-');
            if (!IsManager(identity[..Math.Max(hyphen, 0)]))
            {
                return false;
            }

            identity = identity[(hyphen + 1)..];
        }

        return identity.Length == IdDigits && identity.IndexOfAnyExcept(HexDigits) < 0;
    }

    /// <summary>Returns whether a group that is not a container may contain some.</summary>
    public static bool MayHold(ReadOnlySpan<byte> name) =>
        name.EndsWith(".slice"u8) || name.StartsWith("user@"u8)
        || name.SequenceEqual("docker"u8) || name.SequenceEqual("lxc"u8) || name.SequenceEqual("libpod_parent"u8)
        || name.SequenceEqual("kubepods"u8) || name.SequenceEqual("burstable"u8)
        || name.SequenceEqual("besteffort"u8) || name.StartsWith("pod"u8);

    /// <summary>The processes that watch over a container have groups too: <c>libpod-conmon-ID.scope</c>.</summary>
    private static bool IsManager(ReadOnlySpan<byte> prefix) =>
        prefix.SequenceEqual("docker"u8) || prefix.SequenceEqual("cri-containerd"u8)
        || prefix.SequenceEqual("crio"u8) || prefix.SequenceEqual("libpod"u8) || prefix.SequenceEqual("nerdctl"u8);
}
