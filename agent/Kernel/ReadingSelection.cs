namespace NodeTelemetry.Agent.Kernel;

/// <summary>Which entries are read.</summary>
internal sealed class ReadingSelection
{
    /// <summary>Gets or sets the filter of file systems, by mount point.</summary>
    public NameFilter Mounts { get; set; } = NameFilter.None;

    /// <summary>Gets or sets the filter of block devices.</summary>
    public NameFilter Disks { get; set; } = NameFilter.None;

    /// <summary>Gets or sets the filter of network interfaces.</summary>
    public NameFilter Networks { get; set; } = NameFilter.None;

    /// <summary>Gets or sets the filter of sensors, by entry name.</summary>
    public NameFilter Sensors { get; set; } = NameFilter.None;
}
