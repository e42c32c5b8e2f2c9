using System.Net;

namespace NodeTelemetry.Collector.Nodes;

/// <summary>Sends a probe, without waiting.</summary>
/// <param name="node">Where a node's datagrams come from.</param>
/// <returns>Whether it went out.</returns>
internal delegate bool SendProbe(SocketAddress node);
