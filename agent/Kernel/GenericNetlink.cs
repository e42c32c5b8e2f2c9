using System.Runtime.InteropServices;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>Sends requests to a generic netlink family and parses the replies.</summary>
/// <remarks>
/// Source: Documentation/userspace-api/netlink/intro.rst; netlink(7). Every message is a header of 16 bytes (length,
/// type, flags, number, port), one of 4 bytes (command, version), and attributes (length, type, value),
/// padded to 4 bytes each. Host byte order. Needs no privileges.
/// </remarks>
internal sealed class GenericNetlink : IDisposable
{
    /// <summary>NLMSG_ERROR.</summary>
    public const ushort ErrorType = 2;

    /// <summary>NLMSG_DONE.</summary>
    public const ushort DoneType = 3;

    /// <summary>The offset of the attributes in a message.</summary>
    public const int AttributesOffset = 20;

    private const int NetlinkFamily = 16;

    /// <summary>SOCK_RAW | SOCK_CLOEXEC.</summary>
    private const int RawSocket = 3 | 0x80000;
    private const int GenericProtocol = 16;

    /// <summary>NLM_F_REQUEST.</summary>
    private const ushort Request = 1;

    /// <summary>NLM_F_DUMP: all objects.</summary>
    private const ushort Dump = 0x300;

    /// <summary>GENL_ID_CTRL, CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_NAME, CTRL_ATTR_FAMILY_ID.</summary>
    private const ushort ControlFamily = 16;
    private const byte GetFamilyCommand = 3;
    private const ushort FamilyNameAttribute = 2;
    private const ushort FamilyIdAttribute = 1;

    private const int AttributeHeaderBytes = 4;
    private const int AttributeTypeMask = 0x3fff;
    private const int RequestBytesMax = 64;

    private readonly byte[] _answer = new byte[8 * 1024];
    private int _socket = -1;
    private uint _number;

    /// <summary>Finds the id of a family; <see langword="null"/> if the kernel does not have it.</summary>
    /// <param name="name">The name, NUL-terminated.</param>
    public ushort? FindFamily(ReadOnlySpan<byte> name)
    {
        var answer = Ask(ControlFamily, GetFamilyCommand, isDump: false, FamilyNameAttribute, name);
        return TryReadMessage(ref answer, out var type, out var attributes)
            && type == ControlFamily
            && TryFind(attributes, FamilyIdAttribute, out var id) && id.Length >= sizeof(ushort)
                ? MemoryMarshal.Read<ushort>(id)
                : null;
    }

    /// <summary>Sends a request with one attribute and returns the first part of the reply,
    /// which is complete on a small node. May block in a driver.</summary>
    public ReadOnlySpan<byte> Ask(
        ushort family, byte command, bool isDump, ushort attribute, ReadOnlySpan<byte> value)
    {
        if (_socket < 0)
        {
            _socket = LibC.OpenSocket(NetlinkFamily, RawSocket, GenericProtocol);
        }

        Span<byte> request = stackalloc byte[RequestBytesMax];
        request.Clear();
        var length = AttributesOffset + AttributeHeaderBytes + value.Length;
        MemoryMarshal.Write(request, length);
        MemoryMarshal.Write(request[4..], family);
        MemoryMarshal.Write(request[6..], (ushort)(Request | (isDump ? Dump : 0)));
        MemoryMarshal.Write(request[8..], ++_number);
        request[16] = command;
        request[17] = 1;
        MemoryMarshal.Write(request[AttributesOffset..], (ushort)(AttributeHeaderBytes + value.Length));
        MemoryMarshal.Write(request[(AttributesOffset + 2)..], attribute);
        value.CopyTo(request[(AttributesOffset + AttributeHeaderBytes)..]);

        // The kernel builds the reply within the call, so nothing arrives later. Stale replies are skipped.
        var addressLength = 0u;
        if (_socket < 0 || LibC.SendTo(_socket, request, Align(length), 0, default, 0) < 0)
        {
            return default;
        }

        while (true)
        {
            var received = LibC.ReceiveFrom(
                _socket, _answer, _answer.Length, LibC.DoNotWait, default, ref addressLength);
            if (received < AttributesOffset - sizeof(uint))
            {
                return default;
            }

            if (MemoryMarshal.Read<uint>(_answer.AsSpan(8)) == _number)
            {
                return _answer.AsSpan(0, (int)received);
            }
        }
    }

    /// <summary>Reads the next message of a reply.</summary>
    /// <returns><see langword="false"/> at the end or if the message is malformed.</returns>
    public static bool TryReadMessage(
        ref ReadOnlySpan<byte> rest, out ushort type, out ReadOnlySpan<byte> attributes)
    {
        type = 0;
        attributes = default;
        if (rest.Length < AttributesOffset)
        {
            return false;
        }

        var length = MemoryMarshal.Read<int>(rest);
        if (length < AttributesOffset || length > rest.Length)
        {
            return false;
        }

        type = MemoryMarshal.Read<ushort>(rest[4..]);
        attributes = rest[AttributesOffset..length];
        rest = rest[Math.Min(rest.Length, Align(length))..];
        return true;
    }

    /// <summary>Finds an attribute by type.</summary>
    public static bool TryFind(ReadOnlySpan<byte> attributes, ushort wanted, out ReadOnlySpan<byte> value)
    {
        while (attributes.Length >= AttributeHeaderBytes)
        {
            var length = MemoryMarshal.Read<ushort>(attributes);
            if (length < AttributeHeaderBytes || length > attributes.Length)
            {
                break;
            }

            if ((MemoryMarshal.Read<ushort>(attributes[2..]) & AttributeTypeMask) == wanted)
            {
                value = attributes[AttributeHeaderBytes..length];
                return true;
            }

            attributes = attributes[Math.Min(attributes.Length, Align(length))..];
        }

        value = default;
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_socket >= 0)
        {
            _ = LibC.Close(_socket);
            _socket = -1;
        }
    }

    private static int Align(int length) => (length + 3) & ~3;
}
