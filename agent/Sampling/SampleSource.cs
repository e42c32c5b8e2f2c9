using NodeTelemetry.Protocol.Signing;

namespace NodeTelemetry.Agent.Sampling;

/// <summary>What is the same in all samples of a run.</summary>
/// <param name="Hostname">The node's name.</param>
/// <param name="Node">Its identity, 16 hexadecimal digits.</param>
/// <param name="Boot">The kernel's boot identity.</param>
/// <param name="Run">Drawn at the agent's start.</param>
/// <param name="Interval">The time between two samples.</param>
/// <param name="Labels">From the configuration; <see langword="null"/> if there are none.</param>
internal sealed record SampleSource(
    string Hostname,
    string Node,
    uint Boot,
    uint Run,
    TimeSpan Interval,
    IReadOnlyList<KeyValuePair<string, string>>? Labels)
{
    /// <summary>Gets a value indicating whether samples between the full ones have only what has changed.</summary>
    public bool IsReducing { get; init; }

    /// <summary>Gets what its datagrams are signed with; <see langword="null"/> if they are not.</summary>
    public SignatureKey? Key { get; init; }
}
