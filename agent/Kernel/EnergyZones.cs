namespace NodeTelemetry.Agent.Kernel;

/// <summary>The energy counters of the processor in <c>/sys/class/powercap</c>.</summary>
/// <remarks>Source: Documentation/power/powercap/powercap.rst.
/// The zones of <c>intel-rapl-mmio</c> are left out: they count the same packages again.</remarks>
internal static class EnergyZones
{
    /// <summary>The counters, as a pattern of the shell.</summary>
    public const string Pattern = "/sys/class/powercap/intel-rapl:*/" + Counter;

    /// <summary>The counter in the directory of a zone, in µJ.</summary>
    public const string Counter = "energy_uj";

    private const string Prefix = "intel-rapl:";

    /// <summary>Finds the directories of the zones, in the order of their names.</summary>
    public static IEnumerable<string> Find(KernelRoots roots) => KernelRoots.Folders(roots.SysFile("class/powercap"))
        .Where(static folder => Path.GetFileName(folder).StartsWith(Prefix, StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);
}
