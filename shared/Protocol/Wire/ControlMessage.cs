namespace NodeTelemetry.Protocol.Wire;

/// <summary>The content of a control datagram.</summary>
public readonly record struct ControlMessage
{
    /// <summary>Gets the request.</summary>
    public ControlRequest Request { get; init; }

    /// <summary>Gets the run that it is about; required for <see cref="ControlRequest.Range"/>.</summary>
    public uint? Run { get; init; }

    /// <summary>Gets the first sample of a range.</summary>
    public long From { get; init; }

    /// <summary>Gets the last sample of a range.</summary>
    public long To { get; init; }

    /// <summary>Gets the alert level to display, for <see cref="ControlRequest.Show"/>.</summary>
    public AlertLevel Alert { get; init; }

    /// <summary>Gets the time to live of the alert level in seconds, for <see cref="ControlRequest.Show"/>.</summary>
    public int AlertSeconds { get; init; }

    /// <summary>Gets the cookie of an unsigned request, see <see cref="RequestCookie"/>;
    /// <see langword="null"/> without one.</summary>
    public ulong? Cookie { get; init; }

    /// <summary>Gets the replay protection of a signed request; <see langword="null"/> if it is incomplete.</summary>
    public ControlStamp? Stamp { get; init; }
}

/// <summary>Limits a signed request to one node, one run, a short time and one use.</summary>
/// <param name="Node">The node that receives the request, as a number.</param>
/// <param name="Sequence">The newest sample of the node that the requester has.</param>
/// <param name="Requester">A random number, drawn when the requester started.</param>
/// <param name="Count">Increases with each request of the requester.</param>
public readonly record struct ControlStamp(ulong Node, long Sequence, uint Requester, long Count);
