namespace NodeTelemetry.Collector.Nodes.Silence;

/// <summary>Why nodes that may be alive are silent.</summary>
internal enum NetworkCause
{
    /// <summary>The collector's own interface is down, has no carrier or is gone.</summary>
    OwnInterface,

    /// <summary>The collector is no longer a member of the groups on its interface.</summary>
    Membership,

    /// <summary>The network between the collector and all others: its cable, its port, the switch.</summary>
    Uplink,

    /// <summary>What the silent nodes share, such as a switch, an access point or a power supply.</summary>
    Shared,

    /// <summary>Multicast alone is lost: IGMP snooping without a querier, or Wi-Fi that drops it.</summary>
    Snooping,
}

/// <summary>The names of <see cref="NetworkCause"/> in the API and in the database.</summary>
internal static class NetworkCauseNames
{
    /// <summary>Parses a name; an unknown one is <see cref="NetworkCause.Shared"/>.</summary>
    public static NetworkCause Parse(string? name)
    {
        foreach (var cause in Enum.GetValues<NetworkCause>())
        {
            if (cause.Name() == name)
            {
                return cause;
            }
        }

        return NetworkCause.Shared;
    }

    /// <summary>Gets the name: lower case, as it stands in API.md.</summary>
    public static string Name(this NetworkCause cause) => cause switch
    {
        NetworkCause.OwnInterface => "own-interface",
        NetworkCause.Membership => "membership",
        NetworkCause.Uplink => "uplink",
        NetworkCause.Shared => "shared",
        _ => "snooping",
    };
}
