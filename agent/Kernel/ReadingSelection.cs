namespace NodeTelemetry.Agent.Kernel;

/// <summary>Which of the things that a node has several of are read.</summary>
internal sealed class ReadingSelection
{
    /// <summary>Gets or sets which file systems, by mount point.</summary>
    public NameFilter Mounts { get; set; } = NameFilter.None;

    /// <summary>Gets or sets which block devices.</summary>
    public NameFilter Disks { get; set; } = NameFilter.None;

    /// <summary>Gets or sets which network interfaces.</summary>
    public NameFilter Networks { get; set; } = NameFilter.None;

    /// <summary>Gets or sets which sensors, by the name that they are sent under.</summary>
    public NameFilter Sensors { get; set; } = NameFilter.None;
}
