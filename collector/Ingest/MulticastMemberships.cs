using System.Net.Sockets;
using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>Keeps a socket a member of its groups on all interfaces, or on the named ones.</summary>
/// <remarks>
/// A membership can become stale without an error: a switch with IGMP snooping or, after roaming,
/// an access point loses it, and joining the same group again sends no report.
/// So the membership is dropped first, and then joined again.
/// </remarks>
internal sealed partial class MulticastMemberships(
    Socket socket,
    MulticastEndpoint endpoint,
    IReadOnlyList<string> interfaces,
    CollectorMetrics metrics,
    ILogger logger)
{
    private readonly Dictionary<int, MulticastInterface> _joined = [];
    private readonly HashSet<int> _refused = [];
    private readonly HashSet<string> _absent = [];

    /// <summary>Joins on new interfaces, and again on those whose addresses changed.</summary>
    public void Update()
    {
        if (!InterfaceList.TryList(endpoint.Family, interfaces, out var present))
        {
            // Memberships stay; the next check tries again.
            metrics.InterfaceListsTorn.Inc();
            return;
        }

        _refused.IntersectWith(present.Keys);
        foreach (var name in interfaces.Where(name => present.Values.All(candidate => candidate.Name != name)))
        {
            if (_absent.Add(name))
            {
                Log.Absent(logger, endpoint, name);
            }
        }

        _absent.ExceptWith(present.Values.Select(static candidate => candidate.Name));
        foreach (var (index, known) in _joined.ToList())
        {
            if (!present.TryGetValue(index, out var now))
            {
                Drop(index);
                Log.LeftInterface(logger, endpoint, known.Name);
            }
            else if (now != known)
            {
                Drop(index);
                Log.Changed(logger, endpoint, now.Name);
            }
        }

        foreach (var (index, candidate) in present)
        {
            if (!_joined.ContainsKey(index))
            {
                Join(index, candidate, isRenewed: false);
            }
        }
    }

    /// <summary>Renews every membership.</summary>
    public void Renew()
    {
        foreach (var (index, known) in _joined.ToList())
        {
            Drop(index);
            Join(index, known, isRenewed: true);
        }

        Update();
    }

    private void Join(int index, MulticastInterface candidate, bool isRenewed)
    {
        try
        {
            Set(SocketOptionName.AddMembership, index);
        }
        catch (SocketException refused)
        {
            if (_refused.Add(index))
            {
                Log.JoinFailed(logger, endpoint, candidate.Name, refused.SocketErrorCode);
            }

            return;
        }

        _joined[index] = candidate;
        _refused.Remove(index);
        if (!isRenewed)
        {
            Log.Joined(logger, endpoint, candidate.Name);
        }
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
            // The interface is gone, and its membership with it.
        }
    }

    private void Set(SocketOptionName change, int index)
    {
        foreach (var group in endpoint.Groups)
        {
            try
            {
                if (endpoint.Family == AddressFamily.InterNetwork)
                {
                    socket.SetSocketOption(SocketOptionLevel.IP, change, new MulticastOption(group, index));
                }
                else
                {
                    socket.SetSocketOption(SocketOptionLevel.IPv6, change, new IPv6MulticastOption(group, index));
                }
            }
            catch (SocketException known) when (known.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // This group was joined earlier, when another group of the same socket could not be.
            }
        }
    }
}
