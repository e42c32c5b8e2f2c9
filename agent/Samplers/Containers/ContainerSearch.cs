using System.Globalization;
using System.Text;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers.Containers;

/// <summary>Finds the containers that run, by their control groups.</summary>
/// <remarks>Allocates: nothing as long as no container is new. For one caller's thread.</remarks>
internal sealed class ContainerSearch : IDisposable
{
    /// <summary>A kubelet allows 110 pods; more than this many containers are counted, but not looked into.</summary>
    public const int CountMax = 512;

    /// <summary>user.slice, user-1000.slice, user@1000.service, user.slice, the container; one to spare.</summary>
    private const int DepthMax = 6;

    /// <summary>PATH_MAX.</summary>
    private const int PathBytesMax = 4096;

    private readonly KernelRoots _roots;
    private readonly List<ContainerState> _found = [];
    private readonly FolderReader[] _levels = new FolderReader[DepthMax];
    private readonly byte[] _path = new byte[PathBytesMax];
    private readonly int _rootLength;
    private int _next;

    /// <summary>Initializes a new instance of the <see cref="ContainerSearch"/> class.</summary>
    /// <param name="roots">Where containers' names are.</param>
    /// <param name="root">The top of the control groups.</param>
    public ContainerSearch(KernelRoots roots, string root)
    {
        _roots = roots;
        _rootLength = Encoding.UTF8.GetBytes(root, _path);
        for (var level = 0; level < _levels.Length; level++)
        {
            _levels[level] = new FolderReader();
        }
    }

    /// <summary>Gets the containers, at most <see cref="CountMax"/>;
    /// a pod's sandboxes among them have no name.</summary>
    public List<ContainerState> Found => _found;

    /// <summary>Gets how many containers there are, without sandboxes, as of the last search.</summary>
    public int Count { get; private set; }

    /// <summary>Searches again.</summary>
    /// <returns>Whether there are control groups at all.</returns>
    public bool TryRun()
    {
        Count = 0;
        _next = 0;
        foreach (var container in _found)
        {
            container.IsFound = false;
        }

        var isThere = TrySearch(_rootLength, default, 0);
        for (var index = _found.Count - 1; index >= 0; index--)
        {
            if (!_found[index].IsFound)
            {
                _found[index].Dispose();
                _found.RemoveAt(index);
            }
        }

        return isThere;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var container in _found)
        {
            container.Dispose();
        }

        foreach (var level in _levels)
        {
            level.Dispose();
        }
    }

    private bool TrySearch(int length, ReadOnlySpan<byte> parent, int depth)
    {
        _path[length] = 0;
        var folder = _levels[depth];
        if (!folder.TryOpen(_path.AsSpan(0, length + 1)))
        {
            return false;
        }

        while (folder.TryRead(out var name, out var isFolder))
        {
            var end = length + 1 + name.Length;
            if (!isFolder || end + 1 >= _path.Length)
            {
                continue;
            }

            _path[length] = (byte)'/';
            name.CopyTo(_path.AsSpan(length + 1));
            if (ContainerPath.TryParse(name, parent, out var identity))
            {
                Add(identity, end);
            }
            else if (depth + 1 < DepthMax && ContainerPath.MayHold(name))
            {
                TrySearch(end, _path.AsSpan(length + 1, name.Length), depth + 1);
            }
        }

        folder.Dispose();
        return true;
    }

    private void Add(ReadOnlySpan<byte> identity, int length)
    {
        _path[length] = 0;
        var path = _path.AsSpan(0, length + 1);
        var container = Known(path);
        if (container is null && _found.Count < CountMax)
        {
            var folder = Encoding.UTF8.GetString(path[..^1]);
            var id = Encoding.UTF8.GetString(identity);
            var name = Unique(ContainerNames.Find(_roots, id, folder));
            container = new ContainerState(path.ToArray(), name, folder);
            _found.Add(container);
        }

        Count += container is { Name: null } ? 0 : 1;
        if (container is not null)
        {
            container.IsFound = true;
        }
    }

    /// <summary>Of two managers, each may have its own "web".</summary>
    private string? Unique(string? name)
    {
        var unique = name;
        for (var number = 2; unique is not null && _found.Exists(other => other.Name == unique); number++)
        {
            unique = string.Create(CultureInfo.InvariantCulture, $"{name} {number}");
        }

        return unique;
    }

    /// <summary>Finds a container of the last search; the kernel lists them in the same order.</summary>
    private ContainerState? Known(ReadOnlySpan<byte> path)
    {
        for (var offset = 0; offset < _found.Count; offset++)
        {
            var index = (_next + offset) % _found.Count;
            if (path.SequenceEqual(_found[index].GroupPath))
            {
                _next = index + 1;
                return _found[index];
            }
        }

        return null;
    }
}
