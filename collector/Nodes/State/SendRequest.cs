using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>Sends a request to where a node's datagrams come from, signed if the node signs, without waiting.</summary>
/// <param name="node">The node.</param>
/// <param name="request">What is asked; it is stamped on the way.</param>
/// <returns>Whether it went out.</returns>
internal delegate bool SendRequest(NodeState node, ControlMessage request);
