using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Checks for file systems that do not respond and for a read-only root file system.</summary>
internal sealed class FilesystemsCheck : ICheck
{
    private static readonly string[] DiskTypes = ["ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "vfat"];

    /// <inheritdoc/>
    public string Name => "file systems";

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(DoctorContext context)
    {
        var section = context.Sample.Section(FilesystemsSection.Definition);
        for (var index = 0; index < (section?.EntryCount ?? 0); index++)
        {
            var entry = section![index];
            if (entry[FilesystemsSection.Stuck] > 0)
            {
                var source = entry.Text(FilesystemsSection.Device) ?? "its server";
                yield return Finding.Warning(
                    $"{entry.Name} does not respond (is {source} down?); "
                    + "its sizes are missing, and every program that accesses it hangs.",
                    $"sudo umount -f -l {Quote(entry.Name!)}");
            }
            else if (entry[FilesystemsSection.ReadOnly] > 0 && entry.Name == "/"
                && DiskTypes.Contains(entry.Text(FilesystemsSection.FsType)))
            {
                yield return Finding.Warning(
                    "The root file system is read-only. If that is not intended, the disk or card may be failing: "
                    + "check the kernel log before you remount it.",
                    "sudo dmesg --level=err,warn | tail -50");
            }
        }
    }

    /// <summary>Quotes an untrusted name, such as a mount point, for a shell command that users paste.</summary>
    internal static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
