namespace NodeTelemetry.Agent.Samplers.Network;

/// <summary>How good a Wi-Fi link is.</summary>
/// <param name="Decibels">Strength of the signal over a milliwatt.</param>
/// <param name="BytesPerSecond">Rate at which is sent.</param>
internal sealed record WifiSignal(double? Decibels, double? BytesPerSecond);
