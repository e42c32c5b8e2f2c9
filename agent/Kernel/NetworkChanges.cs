using System.Runtime.InteropServices;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>Detects changes of interfaces, addresses and routes. Allocates: nothing after construction.</summary>
/// <remarks>Source: rtnetlink(7), the multicast groups of NETLINK_ROUTE.
/// The content is ignored: users list everything again.</remarks>
internal sealed class NetworkChanges : IDisposable
{
    private const ushort Family = 16;
    private const int RawNoWait = 3 | 0x800 | 0x80000;
    private const int RouteProtocol = 0;
    private const int AddressBytes = 12;
    private const int GroupsOffset = 8;

    /// <summary>Links, and IPv4 and IPv6 addresses and routes.</summary>
    private const uint Groups = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;

    /// <summary>Messages are discarded, so they may be truncated.</summary>
    private readonly byte[] _buffer = new byte[512];
    private readonly byte[] _from = new byte[AddressBytes];
    private readonly int _descriptor;

    /// <summary>Initializes a new instance of the <see cref="NetworkChanges"/> class.</summary>
    public NetworkChanges()
    {
        _descriptor = LibC.OpenSocket(Family, RawNoWait, RouteProtocol);
        Span<byte> address = stackalloc byte[AddressBytes];
        address.Clear();
        MemoryMarshal.Write(address, Family);
        MemoryMarshal.Write(address[GroupsOffset..], Groups);
        if (_descriptor >= 0 && LibC.Bind(_descriptor, address, AddressBytes) != 0)
        {
            _ = LibC.Close(_descriptor);
            _descriptor = -1;
        }
    }

    /// <summary>Gets a value indicating whether the kernel sends notifications; sandboxes may forbid it.</summary>
    public bool IsListening => _descriptor >= 0;

    /// <summary>Returns whether anything has changed since the last call.</summary>
    public bool Take()
    {
        var hasChanged = false;
        while (_descriptor >= 0)
        {
            var length = (uint)_from.Length;
            if (LibC.ReceiveFrom(_descriptor, _buffer, _buffer.Length, LibC.DoNotWait, _from, ref length) < 0)
            {
                // ENOBUFS: messages were lost, so something has changed.
                if (Marshal.GetLastPInvokeError() != LibC.NoBuffers)
                {
                    break;
                }
            }

            hasChanged = true;
        }

        return hasChanged;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = LibC.Close(_descriptor);
        }
    }
}
