using System.Text;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Samplers.Disks;

/// <summary>One mount that is read, and what it said.</summary>
internal sealed class Mount
{
    private readonly byte[] _path;
    private readonly string? _source;
    private (int Error, FilesystemSpace Space) _answer;
    private bool _hasAnswered;
    private (int Error, FilesystemSpace Space)? _known;

    /// <summary>Initializes a new instance of the <see cref="Mount"/> class.</summary>
    /// <param name="chosen">What it is.</param>
    /// <param name="root">Where the root of the node is.</param>
    public Mount(ChosenMount chosen, string root)
    {
        var info = chosen.Info;
        Chosen = chosen;
        _path = Encoding.UTF8.GetBytes((root == "/" ? info.MountPoint : Path.Join(root, info.MountPoint)) + '\0');
        _source = KernelText.Clean(Encoding.UTF8.GetBytes(info.Source), WireLimits.TextBytesMax);
        Work = chosen.MayHang ? new SlowWork(Ask) : null;
    }

    /// <summary>Gets what it is.</summary>
    public ChosenMount Chosen { get; }

    /// <summary>Gets the asking, where that may hang; it is then asked by nothing else.</summary>
    public SlowWork? Work { get; }

    /// <summary>Gets or sets when it was asked last.</summary>
    public long? Asked { get; set; }

    /// <summary>Gets or sets a value indicating whether it is known not to answer.</summary>
    public bool IsStuck { get; set; }

    /// <summary>Gets a value indicating whether it answered with an error that only a server or a program gives that
    /// has
    /// gone away; a file system on a device has none of those.</summary>
    public bool HasLostServer =>
        Work is not null && _known is { Error: not (0 or LibC.NoEntry or LibC.NotPermitted or LibC.AccessDenied) };

    /// <summary>Asks it.</summary>
    public void Ask()
    {
        _answer.Error = FilesystemSpace.Read(_path, out _answer.Space);
        _hasAnswered = true;
    }

    /// <summary>Takes what it said, which must not be done while it is being asked.</summary>
    /// <returns>Whether it has said anything since the last time.</returns>
    public bool TryTakeAnswer()
    {
        if (!_hasAnswered)
        {
            return false;
        }

        _hasAnswered = false;
        _known = _answer;
        return true;
    }

    /// <summary>Puts what is known into the section.</summary>
    public void Add(SectionBuilder into)
    {
        if (_known is { Error: 0, Space.Blocks: 0 })
        {
            // Pseudo file systems of a type that nobody has heard of; df leaves them out as well.
            return;
        }

        if (!into.Begin(Chosen.Info.MountPoint))
        {
            return;
        }

        into.Set(FilesystemsSection.FsType, Chosen.Info.FsType);
        into.Set(FilesystemsSection.Device, _source);
        into.Set(FilesystemsSection.ReadOnly, Chosen.Info.IsReadOnly);
        if (Work is not null)
        {
            into.Set(FilesystemsSection.Stuck, IsStuck);
        }

        if (!IsStuck && _known is { Error: 0, Space: var space })
        {
            AddSpace(into, space);
        }
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
