using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Samplers.Network;

/// <summary>The node's addresses from the kernel's tables.</summary>
internal static class NodeAddresses
{
    /// <summary>IFA_F_TEMPORARY | IFA_F_DADFAILED | IFA_F_DEPRECATED | IFA_F_TENTATIVE:
    /// addresses that go or do not work.</summary>
    private const int FleetingFlags = 0x01 | 0x08 | 0x20 | 0x40;

    /// <summary>Docker makes up to 31 networks by default; more than this of them is no reason to read on.</summary>
    private const int FoundMax = 256;

    /// <summary>Lists the addresses that are neither loopback nor link-local, IPv4 first.
    /// Where there are too many, those of virtual interfaces are left out first.</summary>
    /// <param name="fibTrie">The content of <c>/proc/net/fib_trie</c>.</param>
    /// <param name="ifInet6">The content of <c>/proc/net/if_inet6</c>.</param>
    /// <param name="routes">The content of <c>/proc/net/route</c>.</param>
    /// <param name="isMain">Whether an interface connects the node, such as a hardware one.</param>
    /// <returns><see langword="null"/> if there are none.</returns>
    public static List<string>? Parse(
        ReadOnlySpan<byte> fibTrie, ReadOnlySpan<byte> ifInet6, ReadOnlySpan<byte> routes, Func<string, bool> isMain)
    {
        var found = new List<(string Address, string? Interface)>();
        AddIPv4(fibTrie, routes, found);
        AddIPv6(ifInet6, found);
        for (var index = found.Count - 1; index >= 0 && found.Count > WireLimits.AddressCountMax; index--)
        {
            if (found[index].Interface is not { } name || !isMain(name))
            {
                found.RemoveAt(index);
            }
        }

        if (found.Count > WireLimits.AddressCountMax)
        {
            found.RemoveRange(WireLimits.AddressCountMax, found.Count - WireLimits.AddressCountMax);
        }

        return found.Count == 0 ? null : found.ConvertAll(static item => item.Address);
    }

    /// <summary>Finds the interface whose network an IPv4 address belongs to.</summary>
    /// <remarks>Source: fib_route_seq_show in net/ipv4/fib_trie.c. Shape: a heading, then interface, destination,
    /// gateway, flags, three numbers and mask; addresses in hexadecimal, in the byte order of the machine.</remarks>
    /// <returns><see langword="null"/> if no connected route has it.</returns>
    private static string? FindInterface(ReadOnlySpan<byte> routes, IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        var number = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        var lines = new AsciiReader(routes);
        while (lines.TryReadLine(out var line))
        {
            var words = new AsciiReader(line);
            if (words.TryReadWord(out var name) && TryReadHex(ref words, out var destination)
                && TryReadHex(ref words, out var gateway) && gateway == 0
                && words.TryReadWord(out _) && words.TryReadWord(out _) && words.TryReadWord(out _)
                && words.TryReadWord(out _) && TryReadHex(ref words, out var mask)
                && mask != 0 && (number & mask) == destination)
            {
                return Encoding.UTF8.GetString(name);
            }
        }

        return null;
    }

    private static bool TryReadHex(ref AsciiReader words, out uint value)
    {
        value = 0;
        return words.TryReadWord(out var word)
            && uint.TryParse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Selects the addresses whose routes are <c>LOCAL</c>.</summary>
    /// <remarks>
    /// Source: fib_trie_seq_show in net/ipv4/fib_trie.c.
    /// Shape: a line <c>|-- 192.0.2.2</c>, then lines such as <c>/32 host LOCAL</c>.
    /// The main and the local table often share one trie, so each address comes twice.
    /// </remarks>
    private static void AddIPv4(
        ReadOnlySpan<byte> fibTrie, ReadOnlySpan<byte> routes, List<(string Address, string? Interface)> found)
    {
        ReadOnlySpan<byte> address = default;
        var lines = new AsciiReader(fibTrie);
        while (lines.TryReadLine(out var line) && found.Count < FoundMax)
        {
            line = line.Trim((byte)' ');
            if (line.StartsWith("|-- "u8))
            {
                address = line["|-- ".Length..];
            }
            else if (line.SequenceEqual("/32 host LOCAL"u8)
                && IPAddress.TryParse(Encoding.ASCII.GetString(address), out var parsed)
                && !IPAddress.IsLoopback(parsed)
                && !address.StartsWith("169.254."u8))
            {
                var text = parsed.ToString();
                if (!found.Exists(item => item.Address == text))
                {
                    found.Add((text, FindInterface(routes, parsed)));
                }
            }
        }
    }

    /// <summary>Selects the permanent addresses of global scope.</summary>
    private static void AddIPv6(ReadOnlySpan<byte> ifInet6, List<(string Address, string? Interface)> found)
    {
        Span<byte> address = stackalloc byte[16];
        var lines = new AsciiReader(ifInet6);
        while (lines.TryReadLine(out var line) && found.Count < FoundMax)
        {
            if (IfInet6Line.TryParse(line, out var entry) && entry.Scope == 0 && (entry.Flags & FleetingFlags) == 0)
            {
                BinaryPrimitives.WriteUInt64BigEndian(address, entry.High);
                BinaryPrimitives.WriteUInt64BigEndian(address[8..], entry.Low);
                found.Add(
                    (new IPAddress(address.ToArray()).ToString(), Encoding.UTF8.GetString(entry.Interface)));
            }
        }
    }
}
