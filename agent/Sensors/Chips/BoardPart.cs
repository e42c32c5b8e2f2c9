namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>A chip by which a board is recognised, read by the kernel or by the agent.</summary>
/// <param name="Driver">The driver that identifies it where the kernel has not bound the address.</param>
/// <param name="Address">The kernel's view of its address.</param>
/// <param name="Models">The models that the board may carry.</param>
internal sealed record BoardPart(IChipDriver Driver, KernelAddress Address, params ChipModel[] Models)
{
    /// <summary>Returns whether the chip is present: according to the kernel if that has bound it, otherwise according
    /// to its identity registers.</summary>
    public bool IsPresent() => Address.IsBound
        ? Array.IndexOf(Models, ChipModels.Find(Address.ReadChipName())) >= 0
        : Driver.Identify().IsKnown;
}
