namespace NodeTelemetry.Collector.Nodes.Events;

/// <summary>The kind of an event; listed in API.md.</summary>
internal enum NodeEventKind
{
    /// <summary>A new node reports.</summary>
    Joined,

    /// <summary>A node is silent and did not reply to the first probes.</summary>
    Late,

    /// <summary>A node is lost. Not raised for nodes isolated by <see cref="NetworkLost"/>.</summary>
    Lost,

    /// <summary>A node that was late, lost or had left reports again.</summary>
    Recovered,

    /// <summary>A node's boot id changed.</summary>
    Rebooted,

    /// <summary>A node's agent restarted without a reboot.</summary>
    Restarted,

    /// <summary>A node announced that it will be back.</summary>
    Rebooting,

    /// <summary>A node announced its stop.</summary>
    Left,

    /// <summary>A node was silent for so long that it is no longer shown.</summary>
    Forgotten,

    /// <summary>A node made room in the full node table; its alerts stay.</summary>
    Evicted,

    /// <summary>Two machines, or two agents on one, use the same node id.</summary>
    DuplicateNode,

    /// <summary>Two live nodes have the same host name: a cloned SD card, or an unchanged default name.</summary>
    DuplicateHostname,

    /// <summary>A machine has another node id than before.</summary>
    IdentityChanged,

    /// <summary>All nodes are silent, or many fell silent together; the details name the cause.</summary>
    NetworkLost,

    /// <summary>The outage of <see cref="NetworkLost"/> is over; nodes still silent are lost now.</summary>
    NetworkRestored,

    /// <summary>Nodes reply to probes, but their multicast does not arrive: IGMP snooping, or Wi-Fi.</summary>
    MulticastLost,

    /// <summary>Their multicast arrives again.</summary>
    MulticastRestored,

    /// <summary>The configuration of a node changed: host name, interval, labels, address, software.</summary>
    Configuration,

    /// <summary>A silence was created, or a maintenance window opened: alerts send no notifications.</summary>
    Silenced,

    /// <summary>A silence or maintenance window ended.</summary>
    SilenceEnded,

    /// <summary>The collector started.</summary>
    CollectorStarted,

    /// <summary>The collector stopped as planned.</summary>
    CollectorStopped,
}

/// <summary>The names of <see cref="NodeEventKind"/> in the API and in the database.</summary>
internal static class NodeEventKindNames
{
    private static readonly string[] Names =
    [
        "joined", "late", "lost", "recovered", "rebooted", "restarted", "rebooting", "left", "forgotten",
        "evicted", "duplicate-node", "duplicate-hostname", "identity-changed", "network-lost", "network-restored",
        "multicast-lost", "multicast-restored", "configuration", "silenced", "silence-ended",
        "collector-started", "collector-stopped",
    ];

    /// <summary>Gets all names, in the order of the kinds.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>Gets the name: lower case, as it stands in API.md.</summary>
    public static string Name(this NodeEventKind kind) => Names[(int)kind];

    /// <summary>Finds the kind of a name.</summary>
    public static bool TryParse(string name, out NodeEventKind kind)
    {
        kind = (NodeEventKind)Math.Max(0, Array.IndexOf(Names, name));
        return kind.Name() == name;
    }
}
