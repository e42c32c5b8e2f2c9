using System.Net;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.Registry;

/// <summary>The nodes by host name, to recognise a machine that comes with another identity.
/// For the ingest loop only.</summary>
/// <remarks>
/// A new identity continues a node only if it certainly belongs to the same machine:
/// same host name, same signature key, the node no longer sends, and a proof:
/// the same run, the same serial number of the board, or the same boot at the same address.
/// Containers share the boot of their host, but neither name nor address;
/// a clone on another board has another serial number; and two senders at once are two nodes.
/// </remarks>
internal sealed class MachineIndex
{
    /// <summary>Nodes of one name that are compared: an unchanged default name is on a handful of machines.</summary>
    private const int SameNameMax = 16;

    private readonly Dictionary<string, List<NodeState>> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _continued = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _identities = new(StringComparer.Ordinal);

    /// <summary>Adds a node, or takes note of its new name.</summary>
    public void Update(NodeState node)
    {
        var name = node.Status.Hostname;
        if (ReferenceEquals(node.EntryHostname, name) || node.EntryHostname == name)
        {
            return;
        }

        RemoveName(node);
        node.EntryHostname = name;
        if (!_byName.TryGetValue(name, out var nodes))
        {
            _byName[name] = nodes = [];
        }

        nodes.Add(node);
    }

    /// <summary>Removes a node, and the identity that continues it.</summary>
    public void Remove(NodeState node)
    {
        RemoveName(node);
        Separate(node.Status.Id);
    }

    /// <summary>Gets the node that an identity belongs to.</summary>
    public string FindNode(string identity) => _continued.Count == 0 ? identity
        : _continued.GetValueOrDefault(identity, identity);

    /// <summary>Lets an identity continue a node.</summary>
    public void Continue(string node, string identity)
    {
        Separate(node);
        _continued[identity] = node;
        _identities[node] = identity;
    }

    /// <summary>Ends the continuation of a node, whose own identity is in use again.</summary>
    public void Separate(string node)
    {
        if (_identities.Remove(node, out var identity))
        {
            _continued.Remove(identity);
        }
    }

    /// <summary>Finds the node that a sample of an unknown identity continues.</summary>
    public NodeState? FindEarlier(NodeSnapshot snapshot, SocketAddress source) => snapshot.Header is not { } header
        ? null
        : FindSameName(
            snapshot.Hostname,
            node => node.Status is { Header: { } known } status && IsGone(status)
                && status.Readings.Signature == snapshot.Signature
                && IsSameMachine(status, known, snapshot, header, source));

    /// <summary>Finds the node of the agent that runs beside a raspi-cluster daemon.</summary>
    public NodeState? FindAgent(string hostname, SocketAddress daemon) => FindSameName(
        hostname,
        node => node.Status is { Header: not null, Health: NodeHealth.Up or NodeHealth.Late or NodeHealth.Rebooting }
            && IsAt(node.Status, SourceText.FormatAddress(daemon)));

    /// <summary>Finds the node of the raspi-cluster daemon that an agent replaces.</summary>
    public NodeState? FindDaemon(NodeStatus agent) => agent.Header is null
        ? null
        : FindSameName(
            agent.Hostname,
            node => node.Status is { Header: null, Address: { } address } && IsAt(agent, address));

    /// <summary>Whether it does not send: it said goodbye, is lost,
    /// or has not reported since the collector started.</summary>
    private static bool IsGone(NodeStatus status) =>
        status.Health is NodeHealth.Left or NodeHealth.Rebooting or NodeHealth.Lost || status.Received == 0;

    private static bool IsSameMachine(
        NodeStatus status, SampleHeader known, NodeSnapshot snapshot, SampleHeader header, SocketAddress source)
    {
        var isSameBoot = header.Boot != 0 && header.Boot == known.Boot;
        return (isSameBoot && header.Run == known.Run)
            || (snapshot.About?.SerialHash is { } serial && status.About?.SerialHash is { } other
                ? serial == other
                : isSameBoot && status.Address == SourceText.FormatAddress(source));
    }

    private static bool IsAt(NodeStatus status, string address) =>
        status.Address == address || status.About?.Addresses?.Contains(address) == true;

    private NodeState? FindSameName(string hostname, Predicate<NodeState> isWanted)
    {
        if (_byName.TryGetValue(hostname, out var nodes))
        {
            for (var index = 0; index < Math.Min(nodes.Count, SameNameMax); index++)
            {
                if (isWanted(nodes[index]))
                {
                    return nodes[index];
                }
            }
        }

        return null;
    }

    private void RemoveName(NodeState node)
    {
        if (node.EntryHostname is { } name && _byName.TryGetValue(name, out var nodes))
        {
            nodes.Remove(node);
            if (nodes.Count == 0)
            {
                _byName.Remove(name);
            }
        }

        node.EntryHostname = null;
    }
}
