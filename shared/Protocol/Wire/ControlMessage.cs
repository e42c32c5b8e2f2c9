namespace NodeTelemetry.Protocol.Wire;

/// <summary>What a control datagram says.</summary>
public readonly record struct ControlMessage
{
    /// <summary>Gets what it asks for.</summary>
    public ControlRequest Request { get; init; }

    /// <summary>Gets the run that it is about; always there for <see cref="ControlRequest.Range"/>.</summary>
    public uint? Run { get; init; }

    /// <summary>Gets the first sample of a range.</summary>
    public long From { get; init; }

    /// <summary>Gets the last sample of a range.</summary>
    public long To { get; init; }

    /// <summary>Gets how the node's alerts stand, for <see cref="ControlRequest.Show"/>.</summary>
    public AlertLevel Alert { get; init; }

    /// <summary>Gets for how many seconds that is good, for <see cref="ControlRequest.Show"/>.</summary>
    public int AlertSeconds { get; init; }

    /// <summary>Gets what makes a signed request good for once; <see langword="null"/> if that is not
    /// complete.</summary>
    public ControlStamp? Stamp { get; init; }
}

/// <summary>What makes a signed request good for one node, one run, a while, and once.</summary>
/// <param name="Node">The node that is asked, as a number.</param>
/// <param name="Sequence">The newest sample of it that the asker has.</param>
/// <param name="Asker">Drawn when the asker started.</param>
/// <param name="Count">Higher in each of the asker's requests than in the one before.</param>
public readonly record struct ControlStamp(ulong Node, long Sequence, uint Asker, long Count);
