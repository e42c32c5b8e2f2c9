namespace NodeTelemetry.Agent.Samplers.Network;

/// <summary>The quality of a Wi-Fi link.</summary>
/// <param name="Decibels">Signal strength in dBm.</param>
/// <param name="BytesPerSecond">Transmit bit rate.</param>
internal sealed record WifiSignal(double? Decibels, double? BytesPerSecond);
