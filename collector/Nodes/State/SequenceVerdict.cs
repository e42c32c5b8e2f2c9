namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>What the sequence number shows about a datagram.</summary>
internal enum SequenceVerdict
{
    /// <summary>It is new.</summary>
    New,

    /// <summary>It was received before.</summary>
    Repeated,

    /// <summary>It is older than <see cref="SequenceWindow.Length"/> samples.</summary>
    TooOld,
}
