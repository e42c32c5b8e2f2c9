using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.Containers;

/// <summary>The number of running containers, CPU time and memory of the largest,
/// and whether the memory controller is enabled:
/// from the control groups, without a daemon.</summary>
/// <remarks>
/// Source: cgroups(7), Documentation/admin-guide/cgroup-v2.rst. With version 1 only, containers are just counted.
/// Count, ranking and memory are up to <see cref="Period"/> old; the CPU time is that of the tick.
/// </remarks>
internal sealed class ContainersSampler : ISampler, IDisposable
{
    /// <summary>A search lists some ten folders and reads two files for each container.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>As many as fit half a datagram; a node of a small cluster has no more that matter.</summary>
    private const int ShownMax = 8;

    private readonly byte[] _buffer = new byte[8 * 1024];
    private readonly ContainerState[] _largest = new ContainerState[ShownMax];
    private readonly KernelFile _controllers;
    private readonly KernelFile _controllersOfVersion1;
    private readonly ContainerSearch _search;
    private readonly Cadence _cadence;
    private int _shown;
    private bool? _hasMemory;
    private bool _isThere;

    /// <summary>Initializes a new instance of the <see cref="ContainersSampler"/> class.</summary>
    public ContainersSampler(KernelRoots roots, TimeProvider time)
    {
        _controllers = new KernelFile(roots.SysFile("fs/cgroup/cgroup.controllers"));
        _controllersOfVersion1 = new KernelFile(roots.ProcFile("cgroups"));
        _search = new ContainerSearch(
            roots,
            roots.SysFile(File.Exists(_controllers.Path) ? "fs/cgroup" : "fs/cgroup/systemd"));
        _cadence = new Cadence(Period, time);
    }

    /// <inheritdoc/>
    public string Name => "containers";

    /// <summary>Looks for the memory controller among those of version 2.</summary>
    /// <remarks>Shape: <c>cpuset cpu io memory pids</c>. Allocates: nothing.</remarks>
    public static bool HasMemory(ReadOnlySpan<byte> controllers)
    {
        var words = new AsciiReader(controllers);
        while (words.TryReadWord(out var word))
        {
            if (word.SequenceEqual("memory"u8))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Looks for the memory controller in <c>/proc/cgroups</c>.</summary>
    /// <remarks>Source: cgroups(7). Shape: <c>memory\t4\t20\t1</c>: name, hierarchy, groups, enabled. Allocates:
    /// nothing.</remarks>
    /// <returns><see langword="null"/> if the kernel was built without it, or the file is malformed.</returns>
    public static bool? HasMemoryOfVersion1(ReadOnlySpan<byte> text)
    {
        var lines = new AsciiReader(text);
        while (lines.TryReadLine(out var line))
        {
            var words = new AsciiReader(line);
            if (words.TryReadWord(out var name) && name.SequenceEqual("memory"u8))
            {
                return words.TryReadInteger(out _) && words.TryReadInteger(out _)
                    && words.TryReadInteger(out var enabled)
                    ? enabled == 1
                    : null;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        if (_cadence.IsDue())
        {
            _hasMemory = ReadController();
            _isThere = _search.TryRun();
            Rank();
        }

        var section = into.Section(SystemSection.Definition);
        if (_hasMemory is { } hasMemory)
        {
            section.Set(SystemSection.MemoryCgroup, hasMemory);
        }

        if (!_isThere)
        {
            return SampleOutcome.NoData;
        }

        section.Set(SystemSection.Containers, _search.Count);
        AddLargest(into);
        return SampleOutcome.Ok;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _controllers.Dispose();
        _controllersOfVersion1.Dispose();
        _search.Dispose();
    }

    private static bool IsLarger(ContainerState left, ContainerState right) =>
        left.MemoryBytes is not null || right.MemoryBytes is not null
            ? (left.MemoryBytes ?? 0) > (right.MemoryBytes ?? 0)
            : (left.CpuSeconds ?? 0) > (right.CpuSeconds ?? 0);

    private bool? ReadController() =>
        _controllers.Read(_buffer, out var length) == FileOutcome.Ok ? HasMemory(_buffer.AsSpan(0, length))
        : _controllersOfVersion1.Read(_buffer, out length) == FileOutcome.Ok
            ? HasMemoryOfVersion1(_buffer.AsSpan(0, length))
        : null;

    /// <summary>Finds the largest: by memory, or by CPU time where memory is not accounted.</summary>
    private void Rank()
    {
        _shown = 0;
        foreach (var container in _search.Found)
        {
            if (container.Name is null)
            {
                continue;
            }

            container.ReadCpu(_buffer);
            container.ReadMemory(_buffer);
            var place = _shown;
            while (place > 0 && IsLarger(container, _largest[place - 1]))
            {
                place--;
            }

            if (place == ShownMax)
            {
                container.Dispose();
                continue;
            }

            if (_shown == ShownMax)
            {
                _largest[--_shown].Dispose();
            }

            Array.Copy(_largest, place, _largest, place + 1, _shown - place);
            _largest[place] = container;
            _shown++;
        }
    }

    private void AddLargest(SnapshotBuilder into)
    {
        var section = into.Section(ContainersSection.Definition);
        for (var index = 0; index < _shown; index++)
        {
            var container = _largest[index];
            container.ReadCpu(_buffer);

            // A container that has ended since the last search has no files.
            if (container.CpuSeconds is null || !section.Begin(container.Name))
            {
                continue;
            }

            section.Set(ContainersSection.CpuSeconds, container.CpuSeconds);
            section.Set(ContainersSection.MemoryBytes, container.MemoryBytes);
        }
    }
}
