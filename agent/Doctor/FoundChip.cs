using NodeTelemetry.Agent.Sensors.Chips;


namespace NodeTelemetry.Agent.Doctor;

/// <summary>What was found at an address where a chip is looked for.</summary>
/// <param name="Bus">The bus' number.</param>
/// <param name="Address">The address.</param>
/// <param name="PartNumber">The chip that was looked for.</param>
/// <param name="Identity">What answered.</param>
/// <param name="Driver">What the kernel calls the chip whose driver has the address; <see langword="null"/> if none
/// has, and it was asked.</param>
internal sealed record FoundChip(int Bus, byte Address, string PartNumber, ChipIdentity Identity, string? Driver)
{
    /// <summary>Gets a value indicating whether the chip is there.</summary>
    public bool IsThere => Driver is not null || Identity.IsKnown;

    /// <summary>Gets its place, as people write it.</summary>
    public string Place => $"0x{Address:x2}";
}
