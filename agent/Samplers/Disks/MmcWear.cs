namespace NodeTelemetry.Agent.Samplers.Disks;

/// <summary>What an eMMC device reports of its wear.</summary>
/// <param name="Name">The device.</param>
/// <param name="LifeARatio">Upper bound of the used lifetime, type A memory.</param>
/// <param name="LifeBRatio">The same, type B.</param>
/// <param name="PreEndOfLife">State of its spare blocks.</param>
/// <param name="ProductName">Its product name.</param>
/// <param name="IsDamaged">Whether a file could not be parsed.</param>
internal sealed record MmcWear(
    string Name, double? LifeARatio, double? LifeBRatio, int? PreEndOfLife, string? ProductName, bool IsDamaged)
{
    /// <summary>Gets a value indicating whether the device reports any wear.</summary>
    public bool HasReadings => LifeARatio is not null || LifeBRatio is not null || PreEndOfLife is not null;
}
