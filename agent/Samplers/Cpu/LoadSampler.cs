using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Samplers.Cpu;

/// <summary>Load averages and the number of processes from <c>/proc/loadavg</c>.</summary>
internal sealed class LoadSampler(KernelRoots roots) : ISampler, IDisposable
{
    /// <summary>The line has some 30 bytes; the largest numbers possible make 60.</summary>
    private readonly byte[] _buffer = new byte[128];
    private readonly KernelFile _file = new(roots.ProcFile("loadavg"));

    /// <inheritdoc/>
    public string Name => "load";

    /// <summary>Parses the three averages and, where there is one, the number of processes and threads.</summary>
    /// <remarks>Source: proc_loadavg(5). Shape: <c>0.20 0.18 0.12 1/80 11206</c>. Allocates: nothing.</remarks>
    /// <returns><see langword="false"/> if one is missing, is not a number or cannot be.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out LoadAverages load, out ulong? processes)
    {
        load = default;
        processes = null;
        var words = new AsciiReader(text);
        if (!words.TryReadNumber(out var one) || !words.TryReadNumber(out var five)
            || !words.TryReadNumber(out var fifteen)
            || !ReadingRanges.IsLoad(one) || !ReadingRanges.IsLoad(five) || !ReadingRanges.IsLoad(fifteen))
        {
            return false;
        }

        load = new LoadAverages(one, five, fifteen);
        if (words.TryReadWord(out var tasks)
            && new AsciiReader(tasks[(tasks.IndexOf((byte)'/') + 1)..]).TryReadInteger(out var count))
        {
            processes = count;
        }

        return true;
    }

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        var outcome = _file.Read(_buffer, out var length);
        if (outcome != FileOutcome.Ok)
        {
            return SampleOutcomes.Of(outcome);
        }

        if (!TryParse(_buffer.AsSpan(0, length), out var load, out var processes))
        {
            return SampleOutcome.Failed;
        }

        into.Load = load;
        into.Section(SystemSection.Definition).Set(SystemSection.Processes, (double?)processes);
        return SampleOutcome.Ok;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
