namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>The health of a node, from the arrival of its datagrams.</summary>
internal enum NodeHealth
{
    /// <summary>It keeps its promised interval.</summary>
    Up,

    /// <summary>Its next datagram is overdue.</summary>
    Late,

    /// <summary>It has been silent for too long.</summary>
    Lost,

    /// <summary>It announced its stop.</summary>
    Left,

    /// <summary>It announced that it will be back.</summary>
    Rebooting,

    /// <summary>It has been silent for so long that it is no longer shown.</summary>
    Forgotten,
}

/// <summary>The names of <see cref="NodeHealth"/> in the API, in metrics and in the database.</summary>
internal static class NodeHealthNames
{
    /// <summary>Gets the name: lower case, as it stands in API.md.</summary>
    public static string Name(this NodeHealth health) => health switch
    {
        NodeHealth.Up => "up",
        NodeHealth.Late => "late",
        NodeHealth.Lost => "lost",
        NodeHealth.Left => "left",
        NodeHealth.Rebooting => "rebooting",
        _ => "forgotten",
    };
}
