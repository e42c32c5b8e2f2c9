using NodeTelemetry.Collector.Nodes.Events;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>What is wrong with a node's identity, for as long as it is.</summary>
/// <param name="Kind">One of <see cref="NodeEventKind.DuplicateNode"/>,
/// <see cref="NodeEventKind.DuplicateHostname"/> and <see cref="NodeEventKind.IdentityChanged"/>.</param>
/// <param name="Since">Since when, by the collector's wall clock.</param>
/// <param name="OtherNode">The other node's identity; <see langword="null"/> when both have the same.</param>
/// <param name="OtherAddress">Where the other one sends from.</param>
internal sealed record IdentityConflict(
    NodeEventKind Kind, DateTimeOffset Since, string? OtherNode, string? OtherAddress);
