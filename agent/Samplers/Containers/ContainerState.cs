using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers.Containers;

/// <summary>One container that runs, and what was read of it last.
/// Written by <see cref="ContainersSampler"/> only.</summary>
/// <param name="path">Its control group, ending in a zero byte.</param>
/// <param name="name">What it is shown by; <see langword="null"/> for a pod's sandbox, which is not counted.</param>
/// <param name="folder">The same control group.</param>
internal sealed class ContainerState(byte[] path, string? name, string folder) : IDisposable
{
    private readonly KernelFile _cpu = new(Path.Join(folder, "cpu.stat"));
    private readonly KernelFile _memory = new(Path.Join(folder, "memory.current"));
    private readonly KernelFile _memoryStat = new(Path.Join(folder, "memory.stat"));

    /// <summary>Gets its control group, ending in a zero byte.</summary>
    public byte[] GroupPath => path;

    /// <summary>Gets what it is shown by; <see langword="null"/> for a pod's sandbox.</summary>
    public string? Name => name;

    /// <summary>Gets or sets a value indicating whether the current search has found it.</summary>
    public bool IsFound { get; set; } = true;

    /// <summary>Gets the time of cores that it has used, in seconds.</summary>
    public double? CpuSeconds { get; private set; }

    /// <summary>Gets its memory without the files that could be dropped;
    /// <see langword="null"/> where the memory cgroup is off.</summary>
    public double? MemoryBytes { get; private set; }

    /// <summary>Parses one line of a file of names and numbers.</summary>
    /// <remarks>Source: Documentation/admin-guide/cgroup-v2.rst, flat keyed files. Shape: <c>usage_usec 4218273645</c>.
    /// Allocates: nothing.</remarks>
    /// <returns><see langword="null"/> if the name is missing or what follows is no number.</returns>
    public static ulong? ParseKeyed(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        var lines = new AsciiReader(text);
        while (lines.TryReadLine(out var line))
        {
            var words = new AsciiReader(line);
            if (words.TryReadWord(out var word) && word.SequenceEqual(name))
            {
                return words.TryReadInteger(out var value) ? value : null;
            }
        }

        return null;
    }

    /// <summary>Reads its use of cores. The file stays open, for the next tick.</summary>
    public void ReadCpu(Span<byte> buffer)
    {
        CpuSeconds = _cpu.Read(buffer, out var length) == FileOutcome.Ok
            ? ParseKeyed(buffer[..length], "usage_usec"u8) / 1e6
            : null;
    }

    /// <summary>Reads its memory, and closes the files again.</summary>
    public void ReadMemory(Span<byte> buffer)
    {
        MemoryBytes = null;
        using var memory = _memory;
        using var stat = _memoryStat;
        if (memory.Read(buffer, out var length) == FileOutcome.Ok
            && new AsciiReader(buffer[..length]).TryReadInteger(out var bytes))
        {
            var droppable = stat.Read(buffer, out length) == FileOutcome.Ok
                ? ParseKeyed(buffer[..length], "inactive_file"u8) ?? 0
                : 0;
            MemoryBytes = bytes - Math.Min(bytes, droppable);
        }
    }

    /// <summary>Closes what is read at every tick, for a container that is not among the largest.</summary>
    public void Dispose()
    {
        _cpu.Dispose();
        _memory.Dispose();
        _memoryStat.Dispose();
    }
}
