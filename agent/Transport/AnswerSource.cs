namespace NodeTelemetry.Agent.Transport;

/// <summary>Gets a datagram that was sent before; empty if it is not kept.</summary>
/// <param name="sequence">Its sample's number.</param>
/// <param name="part">Which of the sample's datagrams, from 0.</param>
internal delegate ReadOnlyMemory<byte> KeptDatagram(long sequence, int part);

/// <summary>What requests are answered from.</summary>
/// <param name="Node">The node's identity, as a number.</param>
/// <param name="Run">The present run.</param>
/// <param name="NewestSequence">Gets the newest sample's number.</param>
/// <param name="Newest">Gets the newest sample's datagram of a number, empty beyond the last.</param>
/// <param name="Kept">Gets an earlier sample's.</param>
internal sealed record AnswerSource(
    ulong Node, uint Run, Func<long> NewestSequence, Func<int, ReadOnlyMemory<byte>> Newest, KeptDatagram Kept);
