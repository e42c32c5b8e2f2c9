namespace NodeTelemetry.Protocol.Wire;

/// <summary>What a control datagram asks of an agent.</summary>
public enum ControlRequest
{
    /// <summary>Nothing: it could not be decoded.</summary>
    None,

    /// <summary><c>"ask":"sample"</c>: the newest sample, at once.</summary>
    Sample,

    /// <summary><c>"ask":"range"</c>: earlier samples of the present run again.</summary>
    Range,

    /// <summary><c>"ask":"show"</c>: no question, but how the node's alerts stand, for its display.</summary>
    Show,

    /// <summary>Something that a later version may know.</summary>
    Unknown,
}
