using System.Net.Sockets;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>Keeps one socket a member of one group on every interface, or on the named ones.</summary>
/// <remarks>
/// A membership goes stale without an error: a switch that snoops IGMP forgets it, an access point forgets it when
/// roaming, and joining the same group again sends no report. So a stale one is dropped first, and then taken anew.
/// </remarks>
internal sealed partial class MulticastMemberships(
    Socket socket, MulticastGroup group, IReadOnlyList<string> interfaces, ILogger logger)
{
    private readonly Dictionary<int, MulticastInterface> _joined = [];
    private readonly HashSet<int> _refused = [];

    /// <summary>Gets the names of the interfaces on which the group is joined.</summary>
    public IEnumerable<string> Interfaces => _joined.Values.Select(static joined => joined.Name);

    /// <summary>Joins on interfaces that are new, and again on those whose addresses changed.</summary>
    public void Update()
    {
        var present = InterfaceList.Multicast(group.Address.AddressFamily, interfaces);
        _refused.IntersectWith(present.Keys);
        foreach (var (index, known) in _joined.ToList())
        {
            if (!present.TryGetValue(index, out var now))
            {
                Drop(index);
                Log.LeftInterface(logger, group.ToString(), known.Name);
            }
            else if (now != known)
            {
                Drop(index);
                Log.Changed(logger, group.ToString(), now.Name);
            }
        }

        foreach (var (index, candidate) in present)
        {
            if (!_joined.ContainsKey(index))
            {
                Join(index, candidate);
            }
        }
    }

    /// <summary>Takes every membership anew.</summary>
    public void Renew()
    {
        foreach (var index in _joined.Keys.ToList())
        {
            Drop(index);
        }

        Update();
    }

    private void Join(int index, MulticastInterface candidate)
    {
        try
        {
            Set(SocketOptionName.AddMembership, index);
        }
        catch (SocketException refused)
        {
            if (_refused.Add(index))
            {
                Log.JoinFailed(logger, group.ToString(), candidate.Name, refused.SocketErrorCode);
            }

            return;
        }

        _joined[index] = candidate;
        _refused.Remove(index);
        Log.Joined(logger, group.ToString(), candidate.Name);
    }

    private void Drop(int index)
    {
        _joined.Remove(index);
        try
        {
            Set(SocketOptionName.DropMembership, index);
        }
        catch (SocketException)
        {
            // The interface has gone, and its membership with it.
        }
    }

    private void Set(SocketOptionName change, int index)
    {
        if (group.Address.AddressFamily == AddressFamily.InterNetwork)
        {
            socket.SetSocketOption(SocketOptionLevel.IP, change, new MulticastOption(group.Address, index));
        }
        else
        {
            socket.SetSocketOption(SocketOptionLevel.IPv6, change, new IPv6MulticastOption(group.Address, index));
        }
    }
}
