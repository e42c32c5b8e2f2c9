using System.Net;
using System.Net.NetworkInformation;

namespace NodeTelemetry.Agent.Transport;

/// <summary>A network that an interface is attached to.</summary>
/// <param name="address">Any address within it, 4 or 16 bytes.</param>
/// <param name="prefixLength">How many bits all its addresses share.</param>
internal sealed class AttachedNetwork(byte[] address, int prefixLength)
{
    /// <summary>Makes one of an interface's address.</summary>
    public static AttachedNetwork Of(UnicastIPAddressInformation item) =>
        new(item.Address.GetAddressBytes(), item.PrefixLength);

    /// <summary>Asks whether <paramref name="other"/>, 4 or 16 bytes, is an address within it. Allocates
    /// nothing.</summary>
    public bool Contains(ReadOnlySpan<byte> other)
    {
        // A network without a prefix is a tunnel's way of saying "everything", which is not a neighbourhood.
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
