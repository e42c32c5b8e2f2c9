using System.Text;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Samplers.Disks;

/// <summary>One selected mount and its last result.</summary>
internal sealed class Mount
{
    /// <summary>The query period of a file system behind a server: each node sends a request to it.</summary>
    public static readonly TimeSpan RemotePeriod = TimeSpan.FromSeconds(30);

    /// <summary>How long a query may run until the mount is stuck, if the tick did not wait for it.</summary>
    public static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(1);

    private readonly byte[] _path;
    private readonly string? _source;
    private readonly SlowSource<(int Error, FilesystemSpace Space)>? _remote;
    private (int Error, FilesystemSpace Space)? _last;

    /// <summary>Initializes a new instance of the <see cref="Mount"/> class.</summary>
    /// <param name="selected">The mount.</param>
    /// <param name="root">The root of the node.</param>
    /// <param name="boxes">The threads for file systems that may block.</param>
    /// <param name="time">The clock.</param>
    public Mount(SelectedMount selected, string root, TimeBoxes boxes, TimeProvider time)
    {
        var info = selected.Info;
        Selected = selected;
        _path = info.GetPath(root);
        _source = KernelText.Clean(Encoding.UTF8.GetBytes(info.Source), WireLimits.TextBytesMax);
        _remote = selected.MayHang
            ? new SlowSource<(int Error, FilesystemSpace Space)>(boxes, RemotePeriod, Query, Take, time)
            : null;
    }

    /// <summary>Gets the mount.</summary>
    public SelectedMount Selected { get; }

    /// <summary>Gets a value indicating whether the server does not respond.</summary>
    public bool IsStuck { get; private set; }

    /// <summary>Queries the file system, or starts querying a remote one if due.</summary>
    public void Refresh()
    {
        if (_remote is null)
        {
            Take(Query());
            return;
        }

        // A query that was awaited and timed out is stuck at once; one that was not awaited has more time.
        var isAwaited = !_remote.IsRunning && !_remote.WasLate;
        if (!_remote.Refresh())
        {
            IsStuck |= isAwaited || _remote.Age >= StuckAfter;
        }
    }

    /// <summary>Stops querying the file system.</summary>
    public void Close() => _remote?.Close();

    /// <summary>Adds the last result to a section.</summary>
    public void Add(SectionBuilder into)
    {
        if (_last is { Error: 0, Space.Blocks: 0 })
        {
            // A pseudo file system of an unknown type. df omits it too.
            return;
        }

        if (!into.Begin(Selected.Info.MountPoint))
        {
            return;
        }

        into.Set(FilesystemsSection.FsType, Selected.Info.FsType);
        into.Set(FilesystemsSection.Device, _source);
        into.Set(FilesystemsSection.ReadOnly, Selected.Info.IsReadOnly);
        if (_remote is not null)
        {
            into.Set(FilesystemsSection.Stuck, IsStuck);
        }

        if (!IsStuck && _last is { Error: 0, Space: var space })
        {
            AddSpace(into, space);
        }
    }

    private (int Error, FilesystemSpace Space) Query()
    {
        var error = FilesystemSpace.Read(_path, out var space);
        return (error, space);
    }

    private void Take((int Error, FilesystemSpace Space) result)
    {
        _last = result;

        // Only a server or program that is gone causes other errors.
        IsStuck = _remote is not null
            && result.Error is not (0 or LibC.NoEntry or LibC.NotPermitted or LibC.AccessDenied);
    }

    private static void AddSpace(SectionBuilder into, FilesystemSpace space)
    {
        into.Set(FilesystemsSection.SizeBytes, Bytes(space, space.Blocks));
        into.Set(FilesystemsSection.FreeBytes, Bytes(space, space.BlocksFree));
        into.Set(FilesystemsSection.AvailableBytes, Bytes(space, space.BlocksAvailable));
        into.Set(FilesystemsSection.UsedRatio, space.UsedRatio);
        if (space.Inodes > 0)
        {
            into.Set(FilesystemsSection.Inodes, (double)space.Inodes);
            into.Set(FilesystemsSection.InodesFree, (double)space.InodesFree);
        }
    }

    private static double Bytes(FilesystemSpace space, ulong blocks) => (double)blocks * space.BlockBytes;
}
