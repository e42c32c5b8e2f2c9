namespace NodeTelemetry.Protocol.Readings;

/// <summary>The last datagram before a planned stop, wire key <c>bye</c>.</summary>
/// <param name="Reason">One of <c>stop</c>, <c>restart</c>, <c>upgrade</c>, <c>reboot</c>, <c>poweroff</c>;
/// a receiver keeps unknown reasons.</param>
/// <param name="BackSeconds">Seconds until the node is expected back; <see langword="null"/> if unknown.</param>
public sealed record ByeReading(string Reason, int? BackSeconds);
