using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>The furthest point reached by a boot of a node: a sample with less uptime is older.</summary>
/// <param name="Boot">The kernel's boot id.</param>
/// <param name="UptimeSeconds">The highest uptime that a sample of it had.</param>
/// <param name="TimeMilliseconds">The node's clock then.</param>
internal readonly record struct BootMark(uint Boot, long UptimeSeconds, long TimeMilliseconds)
{
    /// <summary>Creates the mark of a sample; <see langword="null"/> if it lacks boot or uptime.</summary>
    public static BootMark? FromHeader(SampleHeader? header) => header is { Boot: not 0, UptimeSeconds: { } uptime }
        ? new BootMark(header.Boot, uptime, header.TimeMilliseconds)
        : null;

    /// <summary>Determines whether a sample was taken before this mark.</summary>
    /// <remarks>
    /// Uptime never runs back within a boot, whatever the clock does, even that of a board which thinks it is 1970.
    /// Some containers count it from their own start under the boot id of their host; their clock goes on meanwhile,
    /// so a sample is older only if both say so.
    /// </remarks>
    public bool IsAfter(SampleHeader header) => header.Boot == Boot && header.UptimeSeconds < UptimeSeconds
        && header.TimeMilliseconds < TimeMilliseconds;
}
