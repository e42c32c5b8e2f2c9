using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.Registry;

/// <summary>A datagram that was decoded, is valid and not a duplicate.</summary>
/// <param name="NodeId">The node's identity: 16 hexadecimal digits, or the host name of a raspi-cluster node.</param>
/// <param name="Snapshot">Its content. A sample in several parts comes as several of these.</param>
/// <param name="ReceivedAt">The collector's wall clock at arrival or, for a late one, at its estimated arrival:
/// for storage and display only.</param>
/// <param name="IsLate">Whether newer samples came before it, as after a repair:
/// it belongs to the history and the export, never to live state or alerts.</param>
internal sealed record AcceptedSnapshot(
    string NodeId, NodeSnapshot Snapshot, DateTimeOffset ReceivedAt, bool IsLate = false);
