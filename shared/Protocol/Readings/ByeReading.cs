namespace NodeTelemetry.Protocol.Readings;

/// <summary>The last datagram before a planned stop, wire key <c>bye</c>.</summary>
/// <param name="Reason">One of <c>stop</c>, <c>restart</c>, <c>upgrade</c>, <c>reboot</c>, <c>poweroff</c>; a receiver
/// keeps others as they are.</param>
/// <param name="BackSeconds">Seconds until the node is expected again; <see langword="null"/> when it is not known to
/// come back.</param>
public sealed record ByeReading(string Reason, int? BackSeconds);
