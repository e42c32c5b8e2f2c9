using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers.Disks;

/// <summary>Which of the mounts of a node are worth a reading.</summary>
internal static class MountSelection
{
    /// <summary>More than a machine with 60 disks has; each costs a call at every tick.</summary>
    public const int CountMax = 128;

    /// <summary>What holds no data of anybody, is made of memory, or is an image that is always full.</summary>
    private static readonly HashSet<string> PseudoTypes =
    [
        "autofs", "bdev", "binder", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "cpuset", "cramfs",
        "debugfs", "devpts", "devtmpfs", "efivarfs", "erofs", "fuse.gvfsd-fuse", "fuse.lxcfs", "fuse.portal",
        "fuse.snapfuse", "fusectl", "hugetlbfs", "iso9660", "mqueue", "nfsd", "none", "nsfs", "overlay",
        "pipefs", "proc", "pstore", "ramfs", "resctrl", "romfs", "rootfs", "rpc_pipefs", "securityfs",
        "selinuxfs", "smackfs", "sockfs", "squashfs", "sysfs", "tmpfs", "tracefs", "udf", "usbfs", "xenfs",
    ];

    /// <summary>What the kernel answers for without asking anybody, though it is on no device.</summary>
    private static readonly HashSet<string> LocalTypes =
        ["aufs", "bcachefs", "btrfs", "jffs2", "overlay", "ramfs", "tmpfs", "ubifs", "zfs"];

    /// <summary>Parts of these are mounted as if they were file systems of their own.</summary>
    private static readonly HashSet<string> TypesWithSubvolumes = ["bcachefs", "btrfs"];

    /// <summary>Chooses from all lines of mountinfo, in their order.</summary>
    /// <remarks>
    /// By default left out are pseudo file systems, mounts of a part of a file system (bind mounts) and further mounts
    /// of
    /// one that is chosen already; of several of the same, the one with the shortest path stays. The root is always
    /// chosen: it is an overlay on read-only boards and in containers.
    /// </remarks>
    /// <param name="text">What mountinfo says.</param>
    /// <param name="filter">The options.</param>
    public static IReadOnlyList<ChosenMount> Choose(ReadOnlySpan<byte> text, NameFilter filter)
    {
        var chosen = new List<MountInfo>();
        var remote = new List<MountInfo>();
        var lines = new AsciiReader(text);
        while (lines.TryReadLine(out var line))
        {
            if (MountInfo.Parse(line) is not { } mount)
            {
                continue;
            }

            if (NeedsAnswer(mount))
            {
                remote.Add(mount);
            }

            // What is mounted over another hides it.
            chosen.RemoveAll(other => other.MountPoint == mount.MountPoint);
            var decision = filter.Decide(mount.MountPoint);
            if (decision ?? IsReal(mount))
            {
                if (decision is null)
                {
                    AddUnlessLonger(chosen, mount);
                }
                else
                {
                    chosen.Add(mount);
                }
            }
        }

        return [.. chosen.Take(CountMax).Select(mount => new ChosenMount(mount, MayHang(mount, remote)))];
    }

    private static bool MayHang(MountInfo mount, List<MountInfo> remote) =>
        NeedsAnswer(mount)
        || remote.Exists(other => mount.MountPoint.StartsWith(other.MountPoint + "/", StringComparison.Ordinal));

    private static bool NeedsAnswer(MountInfo mount) =>
        mount.FsType.StartsWith("fuse", StringComparison.Ordinal)
        || !(mount.Source.StartsWith("/dev/", StringComparison.Ordinal)
            || LocalTypes.Contains(mount.FsType)
            || PseudoTypes.Contains(mount.FsType));

    private static bool IsReal(MountInfo mount) =>
        mount.MountPoint == "/"
        || (!PseudoTypes.Contains(mount.FsType)
            && (mount.Root == "/" || TypesWithSubvolumes.Contains(mount.FsType)));

    private static void AddUnlessLonger(List<MountInfo> chosen, MountInfo mount)
    {
        // Two exports of one server may be one file system to this kernel.
        var same = chosen.FindIndex(other => other.Device == mount.Device && other.Source == mount.Source);
        if (same < 0)
        {
            chosen.Add(mount);
        }
        else if (mount.MountPoint.Length < chosen[same].MountPoint.Length)
        {
            chosen[same] = mount;
        }
    }
}
