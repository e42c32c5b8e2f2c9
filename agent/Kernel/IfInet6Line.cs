using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>A line of <c>/proc/net/if_inet6</c>: an IPv6 address of an interface.</summary>
/// <remarks>
/// Source: if6_seq_show in net/ipv6/addrconf.c. Shape: <c>fd000000000000000000000000000002 02 40 00 80 eth0</c>,
/// that is address, interface, prefix length, scope and flags in hexadecimal.
/// </remarks>
internal readonly ref struct IfInet6Line
{
    private const int AddressDigits = 32;

    private IfInet6Line(ulong high, ulong low, int prefixLength, int scope, int flags, ReadOnlySpan<byte> name)
    {
        (High, Low, PrefixLength, Scope, Flags) = (high, low, prefixLength, scope, flags);
        Interface = name;
    }

    /// <summary>Gets the first half of the address.</summary>
    public ulong High { get; }

    /// <summary>Gets the second half of the address.</summary>
    public ulong Low { get; }

    /// <summary>Gets the prefix length in bits.</summary>
    public int PrefixLength { get; }

    /// <summary>Gets the scope; 0 is global.</summary>
    public int Scope { get; }

    /// <summary>Gets the flags, IFA_F_….</summary>
    public int Flags { get; }

    /// <summary>Gets the name of the interface.</summary>
    public ReadOnlySpan<byte> Interface { get; }

    /// <summary>Parses a line.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out IfInet6Line parsed)
    {
        var words = new AsciiReader(line);
        if (words.TryReadWord(out var address) && address.Length == AddressDigits
            && HexDigits.TryRead(address[..16], 16, out var high) && HexDigits.TryRead(address[16..], 16, out var low)
            && words.TryReadWord(out _)
            && TryReadHex(ref words, out var prefixLength)
            && TryReadHex(ref words, out var scope)
            && TryReadHex(ref words, out var flags)
            && words.TryReadWord(out var name))
        {
            parsed = new IfInet6Line(high, low, prefixLength, scope, flags, name);
            return true;
        }

        parsed = default;
        return false;
    }

    private static bool TryReadHex(ref AsciiReader words, out int value)
    {
        value = 0;
        if (!words.TryReadWord(out var digits) || !HexDigits.TryRead(digits, digits.Length, out var number))
        {
            return false;
        }

        value = (int)number;
        return true;
    }
}
