namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>A chip by which a board is recognised, whoever reads it.</summary>
/// <param name="Chip">The driver that asks for it where the kernel has none.</param>
/// <param name="Address">What the kernel knows of its address.</param>
/// <param name="KernelNames">What the kernel may call it.</param>
internal sealed record BoardPart(ISensorChip Chip, KernelAddress Address, params string[] KernelNames)
{
    /// <summary>Asks whether it is there: the kernel where that has bound it, else the chip itself.</summary>
    public bool IsThere() =>
        Address.IsBound
            ? Array.IndexOf(KernelNames, Address.ReadChipName()) >= 0
            : Chip.Identify().IsKnown;
}
