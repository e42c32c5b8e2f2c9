namespace NodeTelemetry.Protocol.Readings;

/// <summary>One of several datagrams that carry the same sample.</summary>
/// <remarks>A class, because a nullable custom struct costs the JSON writer 312 bytes.</remarks>
/// <param name="Index">The part's number, from 0.</param>
/// <param name="Count">How many parts the sample has, at least 2.</param>
public sealed record PartNumber(int Index, int Count);
