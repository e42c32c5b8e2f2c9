namespace NodeTelemetry.Collector.Nodes;

/// <summary>Whether a node is alive, judged by when its datagrams arrive.</summary>
internal enum NodeHealth
{
    /// <summary>It keeps its promised interval.</summary>
    Up,

    /// <summary>Its next datagram is overdue.</summary>
    Late,

    /// <summary>It has been silent for too long.</summary>
    Lost,

    /// <summary>It said goodbye.</summary>
    Left,

    /// <summary>It has been silent for so long that it is no longer shown.</summary>
    Forgotten,
}
