using System.Net;
using System.Net.NetworkInformation;

namespace NodeTelemetry.Agent.Transport;

/// <summary>A directly attached network.</summary>
/// <param name="address">Any address in the network, 4 or 16 bytes.</param>
/// <param name="prefixLength">The prefix length in bits.</param>
internal sealed class AttachedNetwork(byte[] address, int prefixLength)
{
    /// <summary>Creates the network of an interface address.</summary>
    public static AttachedNetwork FromAddress(UnicastIPAddressInformation item) =>
        new(item.Address.GetAddressBytes(), item.PrefixLength);

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
