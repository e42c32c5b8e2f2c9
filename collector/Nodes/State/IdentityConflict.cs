using NodeTelemetry.Collector.Nodes.Events;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>A conflict about the identity of a node, while it lasts.</summary>
/// <param name="Kind">One of <see cref="NodeEventKind.DuplicateNode"/>,
/// <see cref="NodeEventKind.DuplicateHostname"/> and <see cref="NodeEventKind.IdentityChanged"/>.</param>
/// <param name="Since">Since when, by the collector's wall clock.</param>
/// <param name="OtherNode">The other node's identity; <see langword="null"/> when both have the same.</param>
/// <param name="OtherAddress">The address of the other node.</param>
/// <param name="Text">What happened and what to do: the text of its event, which alerts and the page show too.</param>
internal sealed record IdentityConflict(
    NodeEventKind Kind, DateTimeOffset Since, string? OtherNode, string? OtherAddress, string Text);
