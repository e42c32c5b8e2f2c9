using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Samplers.Network;

/// <summary>The node's addresses from the kernel's tables.</summary>
internal static class NodeAddresses
{
    /// <summary>IFA_F_TEMPORARY | IFA_F_DADFAILED | IFA_F_DEPRECATED | IFA_F_TENTATIVE:
    /// addresses that go or do not work.</summary>
    private const int FleetingFlags = 0x01 | 0x08 | 0x20 | 0x40;

    private const int IPv6Digits = 32;

    /// <summary>Lists the addresses that are neither loopback nor link-local, IPv4 first.</summary>
    /// <returns><see langword="null"/> if there are none.</returns>
    public static List<string>? Parse(ReadOnlySpan<byte> fibTrie, ReadOnlySpan<byte> ifInet6)
    {
        var found = new List<string>();
        AddIPv4(fibTrie, found);
        AddIPv6(ifInet6, found);
        if (found.Count > WireLimits.AddressCountMax)
        {
            found.RemoveRange(WireLimits.AddressCountMax, found.Count - WireLimits.AddressCountMax);
        }

        return found.Count == 0 ? null : found;
    }

    /// <summary>Selects the addresses whose routes are <c>LOCAL</c>.</summary>
    /// <remarks>
    /// Source: fib_trie_seq_show in net/ipv4/fib_trie.c.
    /// Shape: a line <c>|-- 192.0.2.2</c>, then lines such as <c>/32 host LOCAL</c>.
    /// The main and the local table often share one trie, so each address comes twice.
    /// </remarks>
    private static void AddIPv4(ReadOnlySpan<byte> fibTrie, List<string> found)
    {
        ReadOnlySpan<byte> address = default;
        var lines = new AsciiReader(fibTrie);
        while (lines.TryReadLine(out var line) && found.Count < WireLimits.AddressCountMax)
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
                if (!found.Contains(text))
                {
                    found.Add(text);
                }
            }
        }
    }

    /// <summary>Selects the permanent addresses of global scope.</summary>
    /// <remarks>
    /// Source: if6_seq_show in net/ipv6/addrconf.c. Shape: <c>fd000000000000000000000000000002 02 40 00 80 eth0</c>,
    /// that is address, interface, prefix length, scope and flags in hexadecimal.
    /// </remarks>
    private static void AddIPv6(ReadOnlySpan<byte> ifInet6, List<string> found)
    {
        Span<byte> address = stackalloc byte[16];
        var lines = new AsciiReader(ifInet6);
        while (lines.TryReadLine(out var line))
        {
            var words = new AsciiReader(line);
            if (words.TryReadWord(out var digits) && digits.Length == IPv6Digits
                && HexDigits.TryRead(digits[..16], 16, out var high) && HexDigits.TryRead(digits[16..], 16, out var low)
                && words.TryReadWord(out _) && words.TryReadWord(out _)
                && words.TryReadWord(out var scope) && scope.SequenceEqual("00"u8)
                && words.TryReadWord(out var word)
                && int.TryParse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var flags)
                && (flags & FleetingFlags) == 0)
            {
                BinaryPrimitives.WriteUInt64BigEndian(address, high);
                BinaryPrimitives.WriteUInt64BigEndian(address[8..], low);
                found.Add(new IPAddress(address).ToString());
            }
        }
    }
}
