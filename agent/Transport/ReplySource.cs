namespace NodeTelemetry.Agent.Transport;

/// <summary>Gets an earlier datagram; empty if it is no longer buffered.</summary>
/// <param name="sequence">The sequence number of the sample.</param>
/// <param name="part">The index of the part, from 0.</param>
internal delegate ReadOnlyMemory<byte> KeptDatagram(long sequence, int part);

/// <summary>The datagrams from which requests are answered.</summary>
/// <param name="Node">The node id, as a number.</param>
/// <param name="Run">The current run.</param>
/// <param name="NewestSequence">Gets the sequence number of the newest sample.</param>
/// <param name="Newest">Gets a part of the newest sample; empty beyond the last.</param>
/// <param name="Kept">Gets a part of an earlier sample.</param>
internal sealed record ReplySource(
    ulong Node, uint Run, Func<long> NewestSequence, Func<int, ReadOnlyMemory<byte>> Newest, KeptDatagram Kept);
