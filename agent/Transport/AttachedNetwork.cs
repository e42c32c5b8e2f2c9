using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Transport;

/// <summary>A directly attached network.</summary>
/// <param name="address">Any address in the network, 4 or 16 bytes.</param>
/// <param name="prefixLength">The prefix length in bits.</param>
internal sealed class AttachedNetwork(byte[] address, int prefixLength)
{
    private const int LinkPrefix = 64;

    /// <summary>Creates the network of an interface address.</summary>
    /// <param name="item">The address.</param>
    /// <param name="ifInet6">The content of <c>/proc/net/if_inet6</c>.</param>
    /// <remarks>Mono does not implement <see cref="UnicastIPAddressInformation.PrefixLength"/>.</remarks>
    public static AttachedNetwork FromAddress(UnicastIPAddressInformation item, ReadOnlySpan<byte> ifInet6)
    {
        var address = item.Address.GetAddressBytes();
        return new AttachedNetwork(
            address,
            item.Address.AddressFamily == AddressFamily.InterNetworkV6
                ? FindPrefix(ifInet6, address)
                : CountBits(item.IPv4Mask.GetAddressBytes()));
    }

    /// <summary>Finds the prefix length of an address; the usual one if it is not listed.</summary>
    private static int FindPrefix(ReadOnlySpan<byte> ifInet6, ReadOnlySpan<byte> address)
    {
        var high = BinaryPrimitives.ReadUInt64BigEndian(address);
        var low = BinaryPrimitives.ReadUInt64BigEndian(address[8..]);
        var lines = new AsciiReader(ifInet6);
        while (lines.TryReadLine(out var line))
        {
            if (IfInet6Line.TryParse(line, out var entry) && entry.High == high && entry.Low == low)
            {
                return entry.PrefixLength;
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
