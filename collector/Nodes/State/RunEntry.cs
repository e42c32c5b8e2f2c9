namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>The change of a node from one run of its agent to another.</summary>
/// <param name="Before">The node before it.</param>
/// <param name="IsReturn">Whether an earlier run continues.</param>
/// <param name="Silence">Time since its last datagram; <see langword="null"/> if not received by this process.</param>
internal sealed record RunEntry(NodeStatus Before, bool IsReturn, TimeSpan? Silence);
