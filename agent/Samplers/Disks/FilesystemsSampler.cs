using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.Disks;

/// <summary>Space and inodes of the file systems in <c>/proc/self/mountinfo</c>.</summary>
/// <remarks>A local file system is queried at every tick. One behind a server or a user-space program is a slow source:
/// while it does not respond it is reported as stuck, and nothing else waits.</remarks>
internal sealed partial class FilesystemsSampler : ISampler, IDisposable
{
    /// <summary>How often mountinfo is read without a change notification:
    /// the kernel sends none when a file system becomes read-only after an error.</summary>
    public static readonly TimeSpan RescanPeriod = TimeSpan.FromSeconds(10);

    /// <summary>The maximum number of threads for mounts that hang.</summary>
    private const int HangingCountMax = 8;

    /// <summary>Nodes with hundreds of containers have some 200 KB of mounts; lines beyond the limit are ignored.
    /// </summary>
    private const int TextBytesMax = 1024 * 1024;

    private readonly KernelRoots _roots;
    private readonly NameFilter _filter;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly GrowingFile _file;
    private readonly TimeBoxes _boxes;
    private int _textHash;
    private int _dropped;
    private Mount[] _mounts = [];
    private long? _scanned;

    /// <summary>Initializes a new instance of the <see cref="FilesystemsSampler"/> class.</summary>
    /// <param name="roots">The roots of the file systems.</param>
    /// <param name="filter">Selects mount points.</param>
    /// <param name="wait">How long a tick waits for a server.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public FilesystemsSampler(
        KernelRoots roots, NameFilter filter, TimeSpan wait, TimeProvider time, ILogger logger)
    {
        _roots = roots;
        _filter = filter;
        _time = time;
        _logger = logger;
        _file = new GrowingFile(roots.MountsFile, TextBytesMax);
        _boxes = new TimeBoxes("file systems", wait, HangingCountMax);
    }

    /// <inheritdoc/>
    public string Name => "filesystems";

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        // The check clears the kernel's notification, so it runs at every tick.
        var hasChanged = _file.HasUrgentNews();
        if (hasChanged || _scanned is not { } scanned || _time.GetElapsedTime(scanned) >= RescanPeriod)
        {
            _scanned = _time.GetTimestamp();
            var outcome = Scan();
            if (outcome != FileOutcome.Ok)
            {
                return SampleOutcomes.FromFile(outcome);
            }
        }

        var section = into.Section(FilesystemsSection.Definition);
        section.AddRefused(_dropped);
        foreach (var mount in _mounts)
        {
            var wasStuck = mount.IsStuck;
            mount.Refresh();
            if (mount.IsStuck != wasStuck)
            {
                LogChange(mount);
            }

            mount.Add(section);
        }

        return section.EntryCount > 0 ? SampleOutcome.Ok : SampleOutcome.NoData;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        Replace([]);
        _boxes.Dispose();
    }

    private void LogChange(Mount mount)
    {
        var info = mount.Selected.Info;
        if (mount.IsStuck)
        {
            Log.Stuck(_logger, info.MountPoint, info.Source, info.FsType);
        }
        else
        {
            Log.Recovered(_logger, info.MountPoint, info.Source);
        }
    }

    private FileOutcome Scan()
    {
        var outcome = _file.Read(out var text);
        if (outcome != FileOutcome.Ok)
        {
            Replace([]);
            _textHash = 0;
            return outcome;
        }

        var hash = new HashCode();
        hash.AddBytes(text);
        if (hash.ToHashCode() != _textHash)
        {
            _textHash = hash.ToHashCode();
            Replace([.. MountSelection.Select(text, _filter, out _dropped).Select(FindOrCreate)]);
            if (_dropped > 0)
            {
                Log.TooMany(_logger, _dropped, MountSelection.CountMax);
            }
        }

        return FileOutcome.Ok;
    }

    /// <summary>Keeps the state of a mount that remains: a query that hangs must not be started again.</summary>
    private Mount FindOrCreate(SelectedMount selected) =>
        Array.Find(_mounts, mount => mount.Selected == selected)
        ?? new Mount(selected, _roots.Root, _boxes, _time);

    private void Replace(Mount[] mounts)
    {
        foreach (var mount in _mounts)
        {
            if (Array.IndexOf(mounts, mount) < 0)
            {
                mount.Close();
            }
        }

        _mounts = mounts;
    }
}
