namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>A supply, as it was last read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its kind: <c>Mains</c>, <c>Battery</c>, <c>UPS</c>, <c>USB</c>.</param>
/// <param name="Status">Its charging status.</param>
/// <param name="IsOnline">Whether it is connected.</param>
/// <param name="ChargeRatio">Its charge.</param>
/// <param name="SecondsLeft">The time until it is empty.</param>
/// <param name="Volts">Its voltage.</param>
/// <param name="IsPortable">Whether the machine is made to run on its battery.</param>
internal sealed record PowerSupply(
    string Name,
    string Type,
    string? Status,
    bool? IsOnline,
    double? ChargeRatio,
    double? SecondsLeft,
    double? Volts,
    bool IsPortable)
{
    /// <summary>Gets a value indicating whether it is discharged because the supply of a machine has failed;
    /// <see langword="null"/> if it is no UPS or the driver does not know.</summary>
    /// <remarks>The fuel gauges of UPS boards are batteries to the kernel.</remarks>
    public bool? IsOnBattery => Type == "UPS" || (Type == "Battery" && !IsPortable) ? IsDischarging : null;

    /// <summary>Gets a value indicating whether it is the battery of a portable computer and discharged;
    /// <see langword="null"/> if it is not, or the driver does not know.</summary>
    public bool? IsPortableOnBattery => Type == "Battery" && IsPortable ? IsDischarging : null;

    private bool? IsDischarging => Status is null or "Unknown" ? null : Status == "Discharging";
}
