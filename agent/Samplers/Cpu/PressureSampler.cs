using System.Buffers.Text;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.Cpu;

/// <summary>Pressure stall information from <c>/proc/pressure</c>, if enabled in the kernel:
/// Raspberry Pi OS needs <c>psi=1</c> on the kernel command line.</summary>
/// <remarks>Reading makes the kernel update its averages. A value is up to <see cref="Cadence.Costly"/> old.</remarks>
internal sealed class PressureSampler : ISampler, IDisposable
{
    /// <summary>Two lines of at most 90 bytes.</summary>
    private readonly byte[] _buffer = new byte[256];

    private readonly Resource[] _resources;
    private readonly Cadence _cadence;
    private SampleOutcome _outcomeBetween;

    /// <summary>Initializes a new instance of the <see cref="PressureSampler"/> class.</summary>
    public PressureSampler(KernelRoots roots, TimeProvider time)
    {
        _cadence = new Cadence(Cadence.Costly, time);
        _resources =
        [
            new(roots.ProcFile("pressure/cpu"), PressureSection.CpuSomeRatio, PressureSection.CpuSomeSeconds,
                PressureSection.CpuFullRatio, PressureSection.CpuFullSeconds),
            new(roots.ProcFile("pressure/memory"), PressureSection.MemorySomeRatio, PressureSection.MemorySomeSeconds,
                PressureSection.MemoryFullRatio, PressureSection.MemoryFullSeconds),
            new(roots.ProcFile("pressure/io"), PressureSection.IoSomeRatio, PressureSection.IoSomeSeconds,
                PressureSection.IoFullRatio, PressureSection.IoFullSeconds),
        ];
    }

    /// <inheritdoc/>
    public string Name => "pressure";

    /// <summary>Parses one line.</summary>
    /// <remarks>
    /// Source: Documentation/accounting/psi.rst. Shape: <c>some avg10=1.24 avg60=0.99 avg300=0.62 total=912345678</c>.
    /// Units: percent and microseconds in, a share and seconds out. Allocates: nothing.
    /// </remarks>
    /// <param name="text">The whole file.</param>
    /// <param name="kind">How the line starts: <c>some</c> or <c>full</c>.</param>
    /// <param name="ratio">The share of the last 10 seconds.</param>
    /// <param name="seconds">The time since boot.</param>
    /// <returns><see langword="false"/> if the line is absent or malformed.</returns>
    public static bool TryParse(
        ReadOnlySpan<byte> text, ReadOnlySpan<byte> kind, out double ratio, out double seconds)
    {
        ratio = seconds = 0;
        var lines = new AsciiReader(text);
        while (lines.TryReadLine(out var line))
        {
            var words = new AsciiReader(line);
            if (words.TryReadWord(out var word) && word.SequenceEqual(kind))
            {
                if (!words.TryReadWord(out var average) || !TryReadValue(average, "avg10="u8, out ratio)
                    || !words.TryReadWord(out _) || !words.TryReadWord(out _)
                    || !words.TryReadWord(out var total) || !TryReadValue(total, "total="u8, out seconds))
                {
                    return false;
                }

                ratio /= 100;
                seconds /= 1e6;
                return true;
            }
        }

        return false;
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

        var section = into.Section(PressureSection.Definition);
        foreach (var resource in _resources)
        {
            for (var index = 0; index < resource.Fields.Length; index++)
            {
                section.Set(resource.Fields[index], resource.Values[index]);
            }
        }

        return outcome;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var resource in _resources)
        {
            resource.File.Dispose();
        }
    }

    private SampleOutcome Read()
    {
        var result = SampleOutcome.NoData;
        foreach (var resource in _resources)
        {
            Array.Clear(resource.Values);
            var outcome = resource.File.Read(_buffer, out var length);
            if (outcome == FileOutcome.Absent)
            {
                continue;
            }

            var text = _buffer.AsSpan(0, length);
            if (outcome == FileOutcome.Failed || !TryParse(text, "some"u8, out var ratio, out var seconds))
            {
                result = SampleOutcome.Failed;
                continue;
            }

            (resource.Values[0], resource.Values[1]) = (ratio, seconds);

            // Before version 5.13 there was no "full" for the cpu.
            if (TryParse(text, "full"u8, out ratio, out seconds))
            {
                (resource.Values[2], resource.Values[3]) = (ratio, seconds);
            }

            result = result == SampleOutcome.Failed ? result : SampleOutcome.Ok;
        }

        return result;
    }

    private static bool TryReadValue(ReadOnlySpan<byte> word, ReadOnlySpan<byte> name, out double value)
    {
        value = 0;
        return word.StartsWith(name)
            && Utf8Parser.TryParse(word[name.Length..], out value, out var used)
            && used == word.Length - name.Length;
    }

    /// <summary>A file, and the fields that its two lines give.</summary>
    private sealed class Resource(string path, params FieldDefinition[] fields)
    {
        public KernelFile File { get; } = new(path);

        public FieldDefinition[] Fields => fields;

        public double?[] Values { get; } = new double?[4];
    }
}
