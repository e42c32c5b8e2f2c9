namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>A supply, as it was last read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its kind: <c>Mains</c>, <c>Battery</c>, <c>UPS</c>, <c>USB</c>.</param>
/// <param name="Status">Its charging status.</param>
/// <param name="IsOnline">Whether it is connected.</param>
/// <param name="ChargeRatio">Its charge.</param>
/// <param name="SecondsLeft">The time until it is empty.</param>
/// <param name="Volts">Its voltage.</param>
internal sealed record PowerSupply(
    string Name, string Type, string? Status, bool? IsOnline, double? ChargeRatio, double? SecondsLeft, double? Volts)
{
    /// <summary>Gets a value indicating whether it is discharged; <see langword="null"/> if it is no battery
    /// or the driver does not know.</summary>
    public bool? IsOnBattery =>
        Type is not ("Battery" or "UPS") || Status is null or "Unknown" ? null : Status == "Discharging";
}
