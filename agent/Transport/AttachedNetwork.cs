using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace NodeTelemetry.Agent.Transport;

/// <summary>A directly attached network.</summary>
/// <param name="address">Any address in the network, 4 or 16 bytes.</param>
/// <param name="prefixLength">The prefix length in bits.</param>
internal sealed class AttachedNetwork(byte[] address, int prefixLength)
{
    private const int PrefixWord = 2;
    private const int LinkPrefix = 64;

    /// <summary>Creates the network of an interface address.</summary>
    /// <param name="item">The address.</param>
    /// <param name="ifInet6">The kernel's list of IPv6 addresses, <c>/proc/net/if_inet6</c>.</param>
    /// <remarks>Mono does not implement <see cref="UnicastIPAddressInformation.PrefixLength"/>.</remarks>
    public static AttachedNetwork FromAddress(UnicastIPAddressInformation item, string ifInet6)
    {
        var address = item.Address.GetAddressBytes();
        return new AttachedNetwork(
            address,
            item.Address.AddressFamily == AddressFamily.InterNetworkV6
                ? FindPrefix(ifInet6, Convert.ToHexStringLower(address))
                : CountBits(item.IPv4Mask.GetAddressBytes()));
    }

    /// <summary>Finds the prefix length of an address; the usual one if it is not listed.</summary>
    /// <remarks>
    /// Source: if6_seq_show in net/ipv6/addrconf.c. Shape: <c>fd000000000000000000000000000002 02 40 00 80 eth0</c>,
    /// the third word is the prefix length in hexadecimal.
    /// </remarks>
    private static int FindPrefix(string ifInet6, string address)
    {
        foreach (var line in ifInet6.Split('\n'))
        {
            var words = line.Split(' ');
            if (words[0] == address && words.Length > PrefixWord
                && int.TryParse(
                    words[PrefixWord], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var prefix))
            {
                return prefix;
            }
        }

        return LinkPrefix;
    }

    private static int CountBits(byte[] mask)
    {
        var count = 0;
        foreach (var part in mask)
        {
            for (var rest = part; rest != 0; rest <<= 1)
            {
                count++;
            }
        }

        return count;
    }

    /// <summary>Returns whether <paramref name="other"/>, 4 or 16 bytes, is in the network.
    /// Allocates nothing.</summary>
    public bool Contains(ReadOnlySpan<byte> other)
    {
        // A tunnel with prefix length 0 covers every address, so it is not a local network.
        if (other.Length != address.Length || prefixLength <= 0)
        {
            return false;
        }

        var whole = prefixLength / 8;
        var mask = (byte)(0xFF00 >> (prefixLength % 8));
        return other[..whole].SequenceEqual(address.AsSpan(0, whole))
            && (whole == address.Length || ((other[whole] ^ address[whole]) & mask) == 0);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{new IPAddress(address)}/{prefixLength}";
}
