using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.Registry;

/// <summary>One datagram that was decoded, found valid and not seen before.</summary>
/// <param name="NodeId">The node's identity: 16 hexadecimal digits, or the host name of a raspi-cluster node.</param>
/// <param name="Snapshot">What it says. A sample in several parts comes as several of these.</param>
/// <param name="ReceivedAt">The collector's wall clock when it arrived, or, for a late one, when it would have: for
/// storage and display only.</param>
/// <param name="IsLate">Whether newer ones came before it, as when it was asked for again: it belongs to the history
/// and to the export, never to live state or alerts.</param>
internal sealed record AcceptedSnapshot(
    string NodeId, NodeSnapshot Snapshot, DateTimeOffset ReceivedAt, bool IsLate = false);
