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

    /// <summary>Something that a later version may know.</summary>
    Unknown,
}
