namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>What a sequence number tells of a datagram.</summary>
internal enum SequenceVerdict
{
    /// <summary>It has not been seen.</summary>
    New,

    /// <summary>It has been seen.</summary>
    Repeated,

    /// <summary>It is older than <see cref="SequenceWindow.Length"/> samples.</summary>
    TooOld,
}
