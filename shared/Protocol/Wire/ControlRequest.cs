namespace NodeTelemetry.Protocol.Wire;

/// <summary>What a control datagram requests of an agent.</summary>
public enum ControlRequest
{
    /// <summary>None: the datagram could not be decoded.</summary>
    None,

    /// <summary><c>"ask":"sample"</c>: a probe: the newest sample, at once.</summary>
    Sample,

    /// <summary><c>"ask":"range"</c>: a repair request: earlier samples of the current run.</summary>
    Range,

    /// <summary><c>"ask":"show"</c>: the alert level for the node's display; no reply.</summary>
    Show,

    /// <summary><c>"ask":"cookie"</c>: the cookie of an unsigned requester, see <see cref="RequestCookie"/>.</summary>
    Cookie,

    /// <summary>A request of a later version.</summary>
    Unknown,
}
