namespace NodeTelemetry.Collector.Nodes.Events;

/// <summary>What an event is about. API.md lists them for those who read the API.</summary>
internal enum NodeEventKind
{
    /// <summary>A node is heard that was not known.</summary>
    Joined,

    /// <summary>A node is silent, and the first probes were not answered either.</summary>
    Late,

    /// <summary>A node is lost. Not raised while <see cref="NetworkLost"/> says it of many at once.</summary>
    Lost,

    /// <summary>A node that was late, lost or had left is heard again.</summary>
    Recovered,

    /// <summary>A node's kernel has another boot id.</summary>
    Rebooted,

    /// <summary>A node's agent was started anew, without a reboot.</summary>
    Restarted,

    /// <summary>A node said goodbye and that it comes back.</summary>
    Rebooting,

    /// <summary>A node said goodbye.</summary>
    Left,

    /// <summary>A node was silent for so long that it is no longer shown.</summary>
    Forgotten,

    /// <summary>Two machines, or two agents on one, use the same node id.</summary>
    DuplicateNode,

    /// <summary>Two nodes that live have the same host name: a cloned SD card, or a name never changed.</summary>
    DuplicateHostname,

    /// <summary>The same machine sends under another node id than before.</summary>
    IdentityChanged,

    /// <summary>The collector hears nobody, or many nodes fell silent together; the details name the cause.</summary>
    NetworkLost,

    /// <summary>What <see cref="NetworkLost"/> was about is over; nodes that are gone for good are lost now.</summary>
    NetworkRestored,

    /// <summary>Nodes answer when asked, but their multicast does not arrive: IGMP snooping, or Wi-Fi.</summary>
    MulticastLost,

    /// <summary>Their multicast arrives again.</summary>
    MulticastRestored,

    /// <summary>What a node says about itself has changed: host name, interval, labels, address, software.</summary>
    Configuration,

    /// <summary>The collector was started.</summary>
    CollectorStarted,

    /// <summary>The collector was stopped as planned.</summary>
    CollectorStopped,
}

/// <summary>The names of <see cref="NodeEventKind"/> in the API and in the database.</summary>
internal static class NodeEventKindNames
{
    private static readonly string[] Names =
    [
        "joined", "late", "lost", "recovered", "rebooted", "restarted", "rebooting", "left", "forgotten",
        "duplicate-node", "duplicate-hostname", "identity-changed", "network-lost", "network-restored",
        "multicast-lost", "multicast-restored", "configuration", "collector-started", "collector-stopped",
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
