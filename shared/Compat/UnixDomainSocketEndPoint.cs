using System.Text;

namespace System.Net.Sockets;

/// <summary>The address of a Unix domain socket; a path that begins with a zero is an abstract name.</summary>
internal sealed class UnixDomainSocketEndPoint : EndPoint
{
    private const int FamilyBytes = 2;
    private const int PathMax = 108; // sun_path

    private readonly byte[] _path;

    public UnixDomainSocketEndPoint(string path)
    {
        var bytes = Encoding.UTF8.GetBytes(path);
        if (bytes.Length is 0 or >= PathMax)
        {
            throw new ArgumentOutOfRangeException(nameof(path), path, "The path of a socket has 1 to 107 bytes.");
        }

        // A name in the file system ends with a zero, an abstract one with the address.
        _path = bytes[0] == 0 ? bytes : [.. bytes, 0];
    }

    /// <inheritdoc/>
    public override AddressFamily AddressFamily => AddressFamily.Unix;

    /// <inheritdoc/>
    public override SocketAddress Serialize()
    {
        var address = new SocketAddress(AddressFamily.Unix, FamilyBytes + _path.Length);
        for (var index = 0; index < _path.Length; index++)
        {
            address[FamilyBytes + index] = _path[index];
        }

        return address;
    }
}
