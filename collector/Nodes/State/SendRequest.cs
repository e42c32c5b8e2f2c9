using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>Sends a request to the source address of a node, signed if the node signs, without waiting.</summary>
/// <param name="node">The node.</param>
/// <param name="request">The request; the sender stamps it.</param>
/// <returns>Whether the system accepted it.</returns>
internal delegate bool SendRequest(NodeState node, ControlMessage request);
