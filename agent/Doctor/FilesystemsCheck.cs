using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>File systems that do not answer, and disks that have become read-only.</summary>
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
                yield return Finding.Warning(
                    $"{entry.Name} does not answer ({entry.Text(FilesystemsSection.Device) ?? "its server"} is away?); "
                    + "its sizes are missing, and every program that looks there hangs.",
                    $"sudo umount -f -l {Quoted(entry.Name!)}");
            }
            else if (entry[FilesystemsSection.ReadOnly] > 0 && entry.Name == "/"
                && DiskTypes.Contains(entry.Text(FilesystemsSection.FsType)))
            {
                yield return Finding.Warning(
                    "The root file system is read-only. If that is not meant so, the disk or card may be dying: look "
                    + "at the kernel's log before writing again.",
                    "sudo dmesg --level=err,warn | tail -50");
            }
        }
    }

    /// <summary>Quotes for a shell: people paste the command, and anybody may have named the mount point.</summary>
    internal static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
