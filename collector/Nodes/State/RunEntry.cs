namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>The change of a node from one run of its agent to another.</summary>
/// <param name="Before">The node before it.</param>
/// <param name="IsReturn">Whether the run had been left before, and goes on now.</param>
/// <param name="Silence">Time since the node was last heard; <see langword="null"/> when not by this process.</param>
internal sealed record RunEntry(NodeStatus Before, bool IsReturn, TimeSpan? Silence);
