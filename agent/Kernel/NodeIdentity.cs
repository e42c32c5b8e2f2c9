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
/// <param name="HardwareAddress">The permanent MAC address of the network card that belongs to the machine most firmly,
/// if any.</param>
internal sealed record NodeIdentity(string Node, string? MachineId, string? Serial, string? HardwareAddress)
{
    /// <summary>Longer than any serial number or address.</summary>
    private const int PartBytesMax = 128;

    /// <summary>Vendors that fill in nothing write shorter texts, such as <c>None</c> and <c>0123456789</c>.</summary>
    private const int BoardCharactersMin = 11;

    private const int CpuinfoBytesMax = 64 * 1024;

    /// <summary>Gets what DMI says of the board, if it is readable. It is never part of the identity,
    /// which must not depend on the user, but a proof that the machine is the same.</summary>
    public string? Board { get; init; }

    /// <summary>Gets the permanent addresses of all cards that belong to the machine, separated by spaces.</summary>
    public string Addresses { get; init; } = string.Empty;

    /// <summary>Gets a value indicating whether the address is that of a card at USB.</summary>
    public bool IsAddressRemovable { get; init; }

    /// <summary>Gets a value indicating whether only the host name was available,
    /// so that two nodes with that name share an identity.</summary>
    public bool IsFallback => MachineId is null && Serial is null && HardwareAddress is null;

    /// <summary>Reads the sources and hashes them.</summary>
    public static NodeIdentity Read(KernelRoots roots, string hostname)
    {
        var machineId = MeaningfulOrNull(KernelText.ReadFile(roots.EtcFile("machine-id"), PartBytesMax));
        var serial = ReadSerial(roots);
        var cards = NetworkCards.List(roots);
        var address = SelectAddress(cards, serial);
        var isFallback = machineId is null && serial is null && address is null;

        // Labels and separators prevent collisions between sources.
        var text = isFallback
            ? $"nodetelemetry/1\nhostname={hostname}\n"
            : $"nodetelemetry/1\nmachine-id={machineId}\nserial={serial}\nmac={address}\n";
        var digest = Sha256.Hash(Encoding.UTF8.GetBytes(text));
        return new NodeIdentity(Convert.ToHexStringLower(digest)[..WireLimits.NodeDigits], machineId, serial, address)
        {
            Board = ReadBoard(roots),
            Addresses = string.Join(
                ' ',
                cards.Where(card => card.Mounting <= CardMounting.Fixed || card.Address == address)
                    .Select(static card => card.Address)),
            IsAddressRemovable = address is not null && cards[0].Mounting == CardMounting.Removable,
        };
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

    /// <summary>Selects the network card that is part of the identity: never one that may be pulled,
    /// unless nothing else distinguishes the machine from a clone.</summary>
    private static string? SelectAddress(IReadOnlyList<NetworkCard> cards, string? serial) =>
        cards.Count > 0 && (serial is null || cards[0].Mounting <= CardMounting.Fixed) ? cards[0].Address : null;

    /// <summary>Reads what DMI says of the board, which only root may read.</summary>
    private static string? ReadBoard(KernelRoots roots)
    {
        foreach (var name in (ReadOnlySpan<string>)["product_uuid", "board_serial", "product_serial"])
        {
            var text = MeaningfulOrNull(KernelText.ReadFile(roots.SysFile("class/dmi/id/" + name), PartBytesMax));
            if (text is { Length: >= BoardCharactersMin } && !text.AsSpan().Trim("fF- ").IsEmpty
                && text.Any(char.IsAsciiDigit))
            {
                return $"{name}={text}";
            }
        }

        return null;
    }

    /// <summary>Boards without a serial number report zeros;
    /// machine-id is <c>uninitialized</c> during the first boot.</summary>
    private static string? MeaningfulOrNull(string? text) =>
        text is null or "uninitialized" || text.AsSpan().Trim("0:- ").IsEmpty ? null : text;
}
