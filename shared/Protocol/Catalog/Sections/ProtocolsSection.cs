using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>netstat</c>.</summary>
/// <remarks>Source: proc_pid_net(5); Documentation/networking/snmp_counter.rst and nf_conntrack-sysctl.rst.
/// Counters of losses are absent as long as they are 0.</remarks>
public static class ProtocolsSection
{
    public static readonly FieldDefinition Established = Gauge(
        "est", "tcp_connections_established", "nodetelemetry.tcp.established", None,
        "Established TCP connections").Slow();
    public static readonly FieldDefinition Retransmitted = Counter(
        "retrans", "tcp_segments_retransmitted", "nodetelemetry.tcp.retransmitted", None,
        "TCP segments retransmitted").Slow();
    public static readonly FieldDefinition ListenDrops = Counter(
        "listendrop", "tcp_listen_drops", "nodetelemetry.tcp.listen_drops", None,
        "TCP connections dropped because a queue of a listener was full").Slow();
    public static readonly FieldDefinition SoftnetDrops = Counter(
        "softdrop", "softnet_drops", "nodetelemetry.softnet.drops", None,
        "Packets dropped because the queue of a core was full").Slow();
    public static readonly FieldDefinition SoftnetSqueezes = Counter(
        "squeeze", "softnet_squeezes", "nodetelemetry.softnet.squeezes", None,
        "Times that a core ran out of its budget for received packets").Slow();
    public static readonly FieldDefinition Tracked = Gauge(
        "conn", "conntrack_entries", "nodetelemetry.conntrack.entries", None, "Tracked connections").Slow();
    public static readonly FieldDefinition TrackedMax = Gauge(
        "connmax", "conntrack_entries_limit", "nodetelemetry.conntrack.limit", None, "Maximum tracked connections");
    public static readonly FieldDefinition NfsCalls = Counter(
        "nfs", "nfs_client_calls", "nodetelemetry.nfs.client.calls", None, "Calls of the NFS client").Slow();
    public static readonly FieldDefinition NfsRetransmitted = Counter(
        "nfsretrans", "nfs_client_retransmissions", "nodetelemetry.nfs.client.retransmissions", None,
        "Calls of the NFS client that were repeated").Slow();

    public static readonly SectionDefinition Definition = new(
        "netstat", "TCP, receive queues, connection tracking and the NFS client",
        Established, Retransmitted, ListenDrops, SoftnetDrops, SoftnetSqueezes, Tracked, TrackedMax, NfsCalls,
        NfsRetransmitted);
}
