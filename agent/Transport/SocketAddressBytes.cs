using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace NodeTelemetry.Agent.Transport;

/// <summary>Reads the kernel's <c>struct sockaddr_in</c> and <c>sockaddr_in6</c> without allocations.</summary>
/// <remarks>Source: ip(7), ipv6(7): family in host byte order, port and address in network byte order.</remarks>
internal static class SocketAddressBytes
{
    /// <summary>The size of the longer one, <c>sockaddr_in6</c>.</summary>
    public const int LengthMax = 28;

    private const ushort FamilyIPv4 = 2;
    private const ushort FamilyIPv6 = 10;
    private const int LengthIPv4 = 16;

    /// <summary>Gets the address, 4 or 16 bytes; empty for other families.</summary>
    public static ReadOnlySpan<byte> Address(ReadOnlySpan<byte> socketAddress) => Family(socketAddress) switch
    {
        FamilyIPv4 when socketAddress.Length >= LengthIPv4 => socketAddress.Slice(4, 4),
        FamilyIPv6 when socketAddress.Length >= LengthMax => socketAddress.Slice(8, 16),
        _ => [],
    };

    /// <summary>Gets the port; 0 for other families.</summary>
    public static int Port(ReadOnlySpan<byte> socketAddress) =>
        socketAddress.Length < 4 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(socketAddress[2..]);

    private static ushort Family(ReadOnlySpan<byte> socketAddress) =>
        socketAddress.Length < 2 ? (ushort)0 : MemoryMarshal.Read<ushort>(socketAddress);
}
