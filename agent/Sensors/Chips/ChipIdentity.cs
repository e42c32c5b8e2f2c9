using NodeTelemetry.Agent.Devices;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>Who is at an address.</summary>
/// <param name="Outcome">How asking went.</param>
/// <param name="Other">What an identity register holds, if it is not that of the chip that was looked for.</param>
internal readonly record struct ChipIdentity(BusOutcome Outcome, int? Other = null)
{
    /// <summary>Gets a value indicating whether it is the chip that was looked for.</summary>
    public bool IsKnown => Outcome == BusOutcome.Ok && Other is null;
}
