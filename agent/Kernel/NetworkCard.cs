namespace NodeTelemetry.Agent.Kernel;

/// <summary>A network card with a permanent address.</summary>
/// <param name="Name">The name of the interface.</param>
/// <param name="Address">The address.</param>
/// <param name="Mounting">How firmly it belongs to the machine.</param>
internal sealed record NetworkCard(string Name, string Address, CardMounting Mounting);
