using NodeTelemetry.Agent.Sensors.Chips;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>The result of the search for a chip at an address.</summary>
/// <param name="Bus">The bus number.</param>
/// <param name="Address">The address.</param>
/// <param name="PartNumber">The chip that was searched for.</param>
/// <param name="Identity">The reply to the identification.</param>
/// <param name="Driver">The chip name of the kernel driver bound to the address;
/// <see langword="null"/> if there is none and the chip was identified directly.</param>
internal sealed record DetectedChip(int Bus, byte Address, string PartNumber, ChipIdentity Identity, string? Driver)
{
    /// <summary>Gets a value indicating whether the chip was detected.</summary>
    public bool IsDetected => Driver is not null || Identity.IsKnown;

    /// <summary>Gets the address in the usual notation.</summary>
    public string AddressText => $"0x{Address:x2}";
}
