using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>How far a boot of a node is known to have got: what says less is older.</summary>
/// <param name="Boot">The kernel's boot id.</param>
/// <param name="UptimeSeconds">The highest uptime that a sample of it had.</param>
/// <param name="TimeMilliseconds">The node's clock then.</param>
internal readonly record struct BootMark(uint Boot, long UptimeSeconds, long TimeMilliseconds)
{
    /// <summary>Gets the mark that a sample makes; <see langword="null"/> if it tells neither boot nor
    /// uptime.</summary>
    public static BootMark? FromHeader(SampleHeader? header) => header is { Boot: not 0, UptimeSeconds: { } uptime }
        ? new BootMark(header.Boot, uptime, header.TimeMilliseconds)
        : null;

    /// <summary>Asks whether a sample was taken before this.</summary>
    /// <remarks>
    /// Uptime never runs back within a boot, whatever the clock does, even that of a board which thinks it is 1970.
    /// Some containers count it from their own start under the boot id of their host; their clock goes on meanwhile, so
    /// a sample is older only if both say so.
    /// </remarks>
    public bool IsAfter(SampleHeader header) => header.Boot == Boot && header.UptimeSeconds < UptimeSeconds
        && header.TimeMilliseconds < TimeMilliseconds;
}
