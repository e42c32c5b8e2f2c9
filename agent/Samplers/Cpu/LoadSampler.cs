using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.Cpu;

/// <summary>Load averages and the number of processes from <c>/proc/loadavg</c>.</summary>
internal sealed class LoadSampler(KernelRoots roots) : ISampler, IDisposable
{
    private static readonly IReadOnlyList<FieldDefinition> Averages = LoadSection.Definition.WireFields;

    /// <summary>The line has some 30 bytes; the largest numbers possible make 60.</summary>
    private readonly byte[] _buffer = new byte[128];
    private readonly KernelFile _file = new(roots.ProcFile("loadavg"));

    /// <inheritdoc/>
    public string Name => "load";

    /// <summary>Parses the three averages and, where there is one, the number of processes and threads.</summary>
    /// <remarks>Source: proc_loadavg(5). Shape: <c>0.20 0.18 0.12 1/80 11206</c>. Allocates: nothing.</remarks>
    /// <returns><see langword="false"/> if an average is missing, is not a number or is out of range.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, Span<double> averages, out ulong? processes)
    {
        processes = null;
        var words = new AsciiReader(text);
        for (var index = 0; index < Averages.Count; index++)
        {
            if (!words.TryReadNumber(out averages[index]) || !Averages[index].IsInRange(averages[index]))
            {
                return false;
            }
        }

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
            return SampleOutcomes.FromFile(outcome);
        }

        Span<double> averages = stackalloc double[Averages.Count];
        if (!TryParse(_buffer.AsSpan(0, length), averages, out var processes))
        {
            return SampleOutcome.Failed;
        }

        for (var index = 0; index < averages.Length; index++)
        {
            into.Set(Averages[index], averages[index]);
        }

        into.Set(SystemSection.Processes, (double?)processes);
        return SampleOutcome.Ok;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
