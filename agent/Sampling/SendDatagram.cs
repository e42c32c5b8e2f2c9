namespace NodeTelemetry.Agent.Sampling;

/// <summary>Sends one datagram to wherever it should go.</summary>
/// <param name="datagram">Its bytes, valid during the call.</param>
/// <param name="isForRaspiCluster">Whether it has readings that a raspi-cluster client can show.</param>
internal delegate void SendDatagram(ReadOnlySpan<byte> datagram, bool isForRaspiCluster);
