using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.Disks;

/// <summary>Space and inodes of the file systems in <c>/proc/self/mountinfo</c>.</summary>
/// <remarks>A file system on a device is asked at every tick. One that a server or a program answers for is asked
/// rarely
/// and on another thread: while it does not answer it is reported as stuck, and nothing else waits.</remarks>
internal sealed partial class FilesystemsSampler : ISampler, IDisposable
{
    /// <summary>How often mountinfo is read though it told of no change: of file systems that became read-only after an
    /// error it does not tell.</summary>
    public static readonly TimeSpan RescanPeriod = TimeSpan.FromSeconds(10);

    /// <summary>How often a server is asked: each time is a request to it, from every node.</summary>
    public static readonly TimeSpan RemotePeriod = TimeSpan.FromSeconds(30);

    /// <summary>How long one may be asked before it is called stuck, where the tick did not wait for it.</summary>
    public static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(1);

    /// <summary>Threads of mounts that hang, all told.</summary>
    private const int HangingCountMax = 8;

    /// <summary>Nodes with hundreds of containers have some 200 KB of mounts; what is beyond is not looked
    /// at.</summary>
    private const int TextBytesMax = 1024 * 1024;

    private readonly KernelRoots _roots;
    private readonly NameFilter _filter;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly GrowingFile _file;
    private readonly TimeBoxes _boxes;
    private int _textHash;
    private Mount[] _mounts = [];
    private long? _scanned;

    /// <summary>Initializes a new instance of the <see cref="FilesystemsSampler"/> class.</summary>
    /// <param name="roots">Where to read.</param>
    /// <param name="filter">Which mount points.</param>
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
        // Asking for news also makes the kernel forget them, so it comes first.
        var hasNews = _file.HasUrgentNews();
        if (hasNews || _scanned is not { } scanned || _time.GetElapsedTime(scanned) >= RescanPeriod)
        {
            _scanned = _time.GetTimestamp();
            var outcome = Scan();
            if (outcome != FileOutcome.Ok)
            {
                return SampleOutcomes.Of(outcome);
            }
        }

        var section = into.Section(FilesystemsSection.Definition);
        foreach (var mount in _mounts)
        {
            Ask(mount);
            mount.Add(section);
        }

        return section.EntryCount > 0 ? SampleOutcome.Ok : SampleOutcome.NoData;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        foreach (var mount in _mounts)
        {
            Abandon(mount);
        }

        _boxes.Dispose();
    }

    private void Ask(Mount mount)
    {
        if (mount.Work is not { } work)
        {
            mount.Ask();
            mount.TryTakeAnswer();
            return;
        }

        if (_boxes.IsRunning(work))
        {
            Judge(mount, mount.IsStuck || _time.GetElapsedTime(mount.Asked!.Value) >= StuckAfter);
            return;
        }

        TakeAnswer(mount);
        if (mount.Asked is not { } asked || _time.GetElapsedTime(asked) >= RemotePeriod)
        {
            // Whoever was waited for in vain is stuck at once; who was not waited for has until the next tick.
            var isWaitedFor = !work.WasLate;
            mount.Asked = _time.GetTimestamp();
            if (_boxes.TryRun(work))
            {
                TakeAnswer(mount);
            }
            else if (isWaitedFor)
            {
                Judge(mount, isStuck: true);
            }
        }
    }

    private void TakeAnswer(Mount mount)
    {
        if (mount.TryTakeAnswer())
        {
            Judge(mount, mount.HasLostServer);
        }
    }

    private void Judge(Mount mount, bool isStuck)
    {
        if (isStuck && !mount.IsStuck)
        {
            Log.Stuck(_logger, mount.Chosen.Info.MountPoint, mount.Chosen.Info.Source, mount.Chosen.Info.FsType);
        }
        else if (!isStuck && mount.IsStuck)
        {
            Log.Answers(_logger, mount.Chosen.Info.MountPoint, mount.Chosen.Info.Source);
        }

        mount.IsStuck = isStuck;
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
            Replace([.. MountSelection.Choose(text, _filter).Select(Keep)]);
        }

        return FileOutcome.Ok;
    }

    /// <summary>Finds what is known of a mount already: one that hangs must not be asked once more.</summary>
    private Mount Keep(ChosenMount chosen) =>
        Array.Find(_mounts, mount => mount.Chosen == chosen) ?? new Mount(chosen, _roots.Root);

    private void Replace(Mount[] mounts)
    {
        foreach (var mount in _mounts)
        {
            if (Array.IndexOf(mounts, mount) < 0)
            {
                Abandon(mount);
            }
        }

        _mounts = mounts;
    }

    private void Abandon(Mount mount)
    {
        if (mount.Work is not null)
        {
            _boxes.Abandon(mount.Work);
        }
    }
}
