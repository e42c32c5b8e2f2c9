using System.Text;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Signing;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>The stable identity of this node: a hash of the installation and the board.</summary>
/// <remarks>
/// A cloned SD card has the machine-id of its original, so the serial number and a MAC address are hashed too.
/// Only sources that every user may read are used (DMI serial numbers are not),
/// so the identity does not depend on the user.
/// </remarks>
/// <param name="Node">16 lower-case hexadecimal digits.</param>
/// <param name="MachineId">The content of machine-id(5), if any.</param>
/// <param name="Serial">The serial number from the device tree or /proc/cpuinfo, if any.</param>
/// <param name="HardwareAddress">The permanent MAC address of the first physical interface, if any.</param>
internal sealed record NodeIdentity(string Node, string? MachineId, string? Serial, string? HardwareAddress)
{
    /// <summary>Longer than any serial number or address.</summary>
    private const int PartBytesMax = 128;

    /// <summary>More interfaces than a board has; those of containers have no device and are skipped.</summary>
    private const int CpuinfoBytesMax = 64 * 1024;

    /// <summary>Gets a value indicating whether only the host name was available,
    /// so that two nodes with that name share an identity.</summary>
    public bool IsFallback => MachineId is null && Serial is null && HardwareAddress is null;

    /// <summary>Reads the sources and hashes them.</summary>
    public static NodeIdentity Read(KernelRoots roots, string hostname)
    {
        var machineId = MeaningfulOrNull(KernelText.ReadFile(roots.EtcFile("machine-id"), PartBytesMax));
        var serial = ReadSerial(roots);
        var address = ReadHardwareAddress(roots);
        var isFallback = machineId is null && serial is null && address is null;

        // Labels and separators prevent collisions between sources.
        var text = isFallback
            ? $"nodetelemetry/1\nhostname={hostname}\n"
            : $"nodetelemetry/1\nmachine-id={machineId}\nserial={serial}\nmac={address}\n";
        var digest = Sha256.Hash(Encoding.UTF8.GetBytes(text));
        return new NodeIdentity(Convert.ToHexStringLower(digest)[..WireLimits.NodeDigits], machineId, serial, address);
    }

    /// <summary>Finds the <c>Serial</c> line in /proc/cpuinfo, which some kernels provide.</summary>
    internal static string? ParseCpuinfoSerial(ReadOnlySpan<byte> cpuinfo)
    {
        var lines = new AsciiReader(cpuinfo);
        while (lines.TryReadLine(out var line))
        {
            var colon = line.IndexOf((byte)':');
            if (line.StartsWith("Serial"u8) && colon > 0)
            {
                return MeaningfulOrNull(KernelText.Clean(line[(colon + 1)..], PartBytesMax));
            }
        }

        return null;
    }

    /// <summary>Reads the serial number from the device tree or /proc/cpuinfo;
    /// <see langword="null"/> if none is readable by every user.</summary>
    internal static string? ReadSerial(KernelRoots roots)
    {
        var serial = MeaningfulOrNull(KernelText.ReadFile(roots.ProcFile("device-tree/serial-number"), PartBytesMax));
        if (serial is not null)
        {
            return serial;
        }

        var cpuinfo = new byte[CpuinfoBytesMax];
        return KernelFile.ReadOnce(roots.ProcFile("cpuinfo"), cpuinfo, out var length) == FileOutcome.Ok
            ? ParseCpuinfoSerial(cpuinfo.AsSpan(0, length))
            : null;
    }

    private static string? ReadHardwareAddress(KernelRoots roots)
    {
        var folders = KernelRoots.Folders(roots.SysFile("class/net"));
        Array.Sort(folders, StringComparer.Ordinal);
        foreach (var folder in folders)
        {
            // addr_assign_type 0 is the permanent address; Wi-Fi privacy and bonding use others, which change.
            if (Directory.Exists(Path.Join(folder, "device"))
                && KernelText.ReadFile(Path.Join(folder, "addr_assign_type"), PartBytesMax) is null or "0"
                && MeaningfulOrNull(KernelText.ReadFile(Path.Join(folder, "address"), PartBytesMax)) is { } address)
            {
                return address;
            }
        }

        return null;
    }

    /// <summary>Boards without a serial number report zeros;
    /// machine-id is <c>uninitialized</c> during the first boot.</summary>
    private static string? MeaningfulOrNull(string? text) =>
        text is null or "uninitialized" || text.AsSpan().Trim("0:- ").IsEmpty ? null : text;
}
