using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>Memory errors from <c>/sys/devices/system/edac/mc</c>.</summary>
/// <remarks>Source: Documentation/admin-guide/ras.rst. Cost: two small files for each controller in
/// <see cref="Period"/>.</remarks>
internal sealed class EdacSampler(KernelRoots roots, TimeProvider time) : ISampler
{
    /// <summary>The drivers look for errors once a second, and errors are rare.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    /// <summary>Servers have one for each half of a socket.</summary>
    private const int ControllerCountMax = 32;

    private readonly Cadence _cadence = new(Period, time);
    private readonly List<(string Name, double? Corrected, double? Uncorrected)> _controllers = [];

    /// <inheritdoc/>
    public string Name => "edac";

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        if (_cadence.IsDue())
        {
            _controllers.Clear();
            var folders = KernelRoots.NumberedFolders(
                roots.SysFile("devices/system/edac/mc"), "mc", ControllerCountMax);
            foreach (var folder in folders)
            {
                _controllers.Add((
                    Path.GetFileName(folder),
                    KernelNumber.ReadOnce(Path.Join(folder, "ce_count")),
                    KernelNumber.ReadOnce(Path.Join(folder, "ue_count"))));
            }
        }

        if (_controllers.Count == 0)
        {
            return SampleOutcome.NoData;
        }

        var section = into.Section(EdacSection.Definition);
        foreach (var (name, corrected, uncorrected) in _controllers)
        {
            if (section.Begin(name))
            {
                section.Set(EdacSection.Corrected, corrected);
                section.Set(EdacSection.Uncorrected, uncorrected);
            }
        }

        return SampleOutcome.Ok;
    }
}
