using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.Memory;

/// <summary>Swap traffic, major page faults and OOM kills from <c>/proc/vmstat</c>.</summary>
/// <remarks>Reading makes the kernel add up the counts of all cores.
/// A value is up to <see cref="Cadence.Costly"/> old.</remarks>
internal sealed class VmstatSampler(KernelRoots roots, TimeProvider time) : ISampler, IDisposable
{
    /// <summary>Kernels have some 190 lines of 20 bytes.</summary>
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly KernelFile _file = new(roots.ProcFile("vmstat"));
    private readonly Cadence _cadence = new(Cadence.Costly, time);
    private SampleOutcome _outcomeBetween;
    private double? _swapInBytes;
    private double? _swapOutBytes;
    private double? _majorFaults;
    private double? _oomKills;

    /// <inheritdoc/>
    public string Name => "vmstat";

    /// <summary>Parses one counter.</summary>
    /// <remarks>Source: proc_vmstat(5). Shape: <c>pswpin 1312</c>, one a line, in no order that is promised. Allocates:
    /// nothing.</remarks>
    /// <param name="text">The whole file.</param>
    /// <param name="name">The counter's name and the space behind it.</param>
    /// <returns><see langword="null"/> if it is missing or not a number: older kernels have fewer.</returns>
    public static ulong? Parse(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        var start = text.StartsWith(name) ? 0 : -1;
        for (var at = 0; start < 0; at++)
        {
            var found = text[at..].IndexOf(name);
            if (found < 0)
            {
                return null;
            }

            at += found;
            start = text[at - 1] == (byte)'\n' ? at : -1;
        }

        return new AsciiReader(text[(start + name.Length)..]).TryReadInteger(out var value) ? value : null;
    }

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        var outcome = _outcomeBetween;
        if (_cadence.IsDue())
        {
            outcome = Read();
            _outcomeBetween = outcome == SampleOutcome.Failed ? SampleOutcome.NoData : outcome;
        }

        if (outcome == SampleOutcome.Ok)
        {
            var section = into.Section(MemorySection.Definition);
            section.Set(MemorySection.SwapInBytes, _swapInBytes);
            section.Set(MemorySection.SwapOutBytes, _swapOutBytes);
            section.Set(MemorySection.MajorFaults, _majorFaults);
            section.Set(MemorySection.OomKills, _oomKills);
        }

        return outcome;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private SampleOutcome Read()
    {
        var outcome = _file.ReadAll(_buffer, out var length);
        if (outcome != FileOutcome.Ok)
        {
            return SampleOutcomes.FromFile(outcome);
        }

        var text = _buffer.AsSpan(0, length);
        var pageBytes = Environment.SystemPageSize;
        _swapInBytes = (double?)Parse(text, "pswpin "u8) * pageBytes;
        _swapOutBytes = (double?)Parse(text, "pswpout "u8) * pageBytes;
        _majorFaults = Parse(text, "pgmajfault "u8);
        _oomKills = Parse(text, "oom_kill "u8);

        // Every kernel counts page faults; the others depend on how it was built.
        return _majorFaults is null ? SampleOutcome.Failed : SampleOutcome.Ok;
    }
}
