using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Samplers.Cpu;

/// <summary>Reads the frequencies of <c>/proc/cpuinfo</c>, core by core.</summary>
/// <remarks>Source: proc_cpuinfo(5). Shape: <c>processor\t: 0</c> and, by x86 kernels only, <c>cpu MHz\t\t:
/// 2596.142</c> below it. Allocates: nothing.</remarks>
internal ref struct CpuinfoFrequencies(ReadOnlySpan<byte> text)
{
    private AsciiReader _lines = new(text);
    private ulong _core;

    /// <summary>Finds the next frequency.</summary>
    /// <returns><see langword="false"/> if there is none.</returns>
    public bool TryRead(out int core, out double hertz)
    {
        hertz = 0;
        core = 0;
        while (_lines.TryReadLine(out var line))
        {
            var colon = line.IndexOf((byte)':');
            if (colon < 0)
            {
                continue;
            }

            var words = new AsciiReader(line[(colon + 1)..]);
            if (line.StartsWith("processor"u8))
            {
                _core = words.TryReadInteger(out var number) ? number : ulong.MaxValue;
            }
            else if (line.StartsWith("cpu MHz"u8) && _core < WireLimits.SectionEntryCountMax
                && words.TryReadNumber(out var megahertz)
                && CpuSummarySection.FrequencyHertz.IsInRange(megahertz * 1e6))
            {
                core = (int)_core;
                hertz = megahertz * 1e6;
                return true;
            }
        }

        return false;
    }
}
