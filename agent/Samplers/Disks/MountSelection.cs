using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers.Disks;

/// <summary>Selects the mounts that are reported.</summary>
internal static class MountSelection
{
    /// <summary>More than a machine with 60 disks has; each costs a system call per tick.</summary>
    public const int CountMax = 128;

    /// <summary>File systems without user data, in memory, or images that are always full.</summary>
    private static readonly HashSet<string> PseudoTypes =
    [
        "autofs", "bdev", "binder", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "cpuset", "cramfs",
        "debugfs", "devpts", "devtmpfs", "efivarfs", "erofs", "fuse.gvfsd-fuse", "fuse.lxcfs", "fuse.portal",
        "fuse.snapfuse", "fusectl", "hugetlbfs", "iso9660", "mqueue", "nfsd", "none", "nsfs", "overlay",
        "pipefs", "proc", "pstore", "ramfs", "resctrl", "romfs", "rootfs", "rpc_pipefs", "securityfs",
        "selinuxfs", "smackfs", "sockfs", "squashfs", "sysfs", "tmpfs", "tracefs", "udf", "usbfs", "xenfs",
    ];

    /// <summary>File systems that are not on a device, but that the kernel answers for by itself.</summary>
    private static readonly HashSet<string> LocalTypes =
        ["aufs", "bcachefs", "btrfs", "jffs2", "overlay", "ramfs", "tmpfs", "ubifs", "zfs"];

    /// <summary>File systems whose subvolumes are mounted like separate file systems.</summary>
    private static readonly HashSet<string> TypesWithSubvolumes = ["bcachefs", "btrfs"];

    /// <summary>Where containers have single files of their host, such as <c>/etc/resolv.conf</c>,
    /// which say nothing about the space in the container.</summary>
    private static readonly string[] FilePrefixes = ["/dev/", "/etc/", "/proc/", "/sys/"];

    /// <summary>Selects from all lines of mountinfo, in their order.</summary>
    /// <remarks>
    /// By default omits pseudo file systems and further mounts of the same file system,
    /// of which a whole one is preferred to a bind mount of a subdirectory, and then the one with the shortest path.
    /// The root is always selected: it is an overlay on read-only boards and in containers.
    /// </remarks>
    /// <param name="text">The content of mountinfo.</param>
    /// <param name="filter">Selects mount points.</param>
    /// <param name="dropped">The number of mounts that were left out because there are too many:
    /// bind mounts first, then those behind a server or program.</param>
    public static IReadOnlyList<SelectedMount> Select(ReadOnlySpan<byte> text, NameFilter filter, out int dropped)
    {
        var selected = new List<MountInfo>();
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

            // A later mount hides earlier ones at the same mount point.
            selected.RemoveAll(other => other.MountPoint == mount.MountPoint);
            var decision = filter.Decide(mount.MountPoint);
            if (decision ?? IsReal(mount))
            {
                if (decision is null)
                {
                    AddUnlessWorse(selected, mount);
                }
                else
                {
                    selected.Add(mount);
                }
            }
        }

        dropped = Math.Max(0, selected.Count - CountMax);
        DropLeastImportant(selected, dropped);
        return [.. selected.Select(mount => new SelectedMount(mount, MayHang(mount, remote)))];
    }

    private static void DropLeastImportant(List<MountInfo> selected, int count)
    {
        for (; count > 0; count--)
        {
            var least = 0;
            for (var index = 1; index < selected.Count; index++)
            {
                least = IsBetter(selected[index], selected[least]) ? least : index;
            }

            selected.RemoveAt(least);
        }
    }

    private static bool IsBetter(MountInfo mount, MountInfo other)
    {
        var (rank, otherRank) = (GetRank(mount), GetRank(other));
        return rank < otherRank || (rank == otherRank && mount.MountPoint.Length < other.MountPoint.Length);
    }

    private static int GetRank(MountInfo mount) =>
        mount.MountPoint == "/" ? 0
        : IsPart(mount) ? 3
        : NeedsAnswer(mount) ? 2
        : 1;

    /// <summary>Returns whether it is a bind mount of a subdirectory.</summary>
    private static bool IsPart(MountInfo mount) =>
        mount.Root != "/" && !TypesWithSubvolumes.Contains(mount.FsType);

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
            && !(IsPart(mount)
                && Array.Exists(
                    FilePrefixes, prefix => mount.MountPoint.StartsWith(prefix, StringComparison.Ordinal))));

    private static void AddUnlessWorse(List<MountInfo> selected, MountInfo mount)
    {
        // The kernel may treat two exports of one server as one file system.
        var same = selected.FindIndex(other => other.Device == mount.Device && other.Source == mount.Source);
        if (same < 0)
        {
            selected.Add(mount);
        }
        else if (IsBetter(mount, selected[same]))
        {
            selected[same] = mount;
        }
    }
}
