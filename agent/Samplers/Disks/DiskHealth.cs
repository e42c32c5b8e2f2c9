using System.Globalization;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers.Disks;

/// <summary>What the kernel itself knows of the health of a disk, without a command that would wake it.</summary>
/// <remarks>Source: Documentation/ABI/testing/sysfs-block-device and sysfs-class-nvme; drivers/scsi/scsi_sysfs.c.
/// <c>device/state</c> is <c>running</c> for SCSI and SATA, <c>live</c> for NVMe;
/// <c>device/ioerr_cnt</c> is hexadecimal.
/// Cost: two small files in <see cref="Period"/>.</remarks>
/// <param name="folder">The directory of the device.</param>
/// <param name="time">The clock.</param>
internal sealed class DiskHealth(string folder, TimeProvider time)
{
    /// <summary>Errors are rare.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private const int TextBytesMax = 32;

    private readonly Cadence _cadence = new(Period, time);

    /// <summary>Gets a value indicating whether the kernel can use it;
    /// <see langword="null"/> if that is not known.</summary>
    public bool? IsOnline { get; private set; }

    /// <summary>Gets the commands that ended with an error; <see langword="null"/> if the driver does not count them.
    /// </summary>
    public double? Errors { get; private set; }

    /// <summary>Parses a count.</summary>
    /// <remarks>Shape: <c>0x1a</c>. Allocates: nothing.</remarks>
    public static double? ParseCount(ReadOnlySpan<byte> text)
    {
        text = text.TrimEnd((byte)'\n');
        return text.StartsWith("0x"u8) && uint.TryParse(
            text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var count)
            ? count
            : null;
    }

    /// <summary>Reads it if it is due.</summary>
    public void Refresh()
    {
        if (!_cadence.IsDue())
        {
            return;
        }

        Span<byte> buffer = stackalloc byte[TextBytesMax];
        IsOnline = KernelFile.ReadOnce(Path.Join(folder, "device/state"), buffer, out var length) == FileOutcome.Ok
            ? buffer[..length].StartsWith("running"u8) || buffer[..length].StartsWith("live"u8)
            : null;
        Errors = KernelFile.ReadOnce(Path.Join(folder, "device/ioerr_cnt"), buffer, out length) == FileOutcome.Ok
            ? ParseCount(buffer[..length])
            : null;
    }
}
