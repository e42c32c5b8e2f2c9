using NodeTelemetry.Agent.Devices;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>The result of identifying the chip at an address.</summary>
/// <param name="Outcome">The result of the transfer.</param>
/// <param name="Other">The content of the identity register, if it is not that of the expected chip.</param>
internal readonly record struct ChipIdentity(BusOutcome Outcome, int? Other = null)
{
    /// <summary>Gets a value indicating whether it is the expected chip.</summary>
    public bool IsKnown => Outcome == BusOutcome.Ok && Other is null;
}
