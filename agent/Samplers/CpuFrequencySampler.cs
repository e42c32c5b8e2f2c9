using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Samplers;

/// <summary>The frequency of the fastest core, from cpufreq in /sys or, where there is none, from
/// <c>/proc/cpuinfo</c>.</summary>
internal sealed class CpuFrequencySampler : ISampler, IDisposable
{
    /// <summary>Policies looked at: a board has one to three; big servers one a core, where the first 64 tell
    /// enough.</summary>
    private const int PolicyCountMax = 64;

    /// <summary>Of /proc/cpuinfo the first dozen cores: making it costs the kernel a call to every core.</summary>
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly KernelFile[] _policies;
    private readonly KernelFile _cpuinfo;

    /// <summary>Initializes a new instance of the <see cref="CpuFrequencySampler"/> class.</summary>
    public CpuFrequencySampler(KernelRoots roots)
    {
        _policies = FindPolicies(roots);
        _cpuinfo = new KernelFile(roots.ProcFile("cpuinfo"));
    }

    /// <inheritdoc/>
    public string Name => "cpufreq";

    /// <summary>Parses a frequency in kHz.</summary>
    /// <remarks>Source: Documentation/admin-guide/pm/cpufreq.rst, <c>scaling_cur_freq</c>. Units: kHz in, MHz out.
    /// Allocates: nothing.</remarks>
    /// <returns><see langword="false"/> if it is no number, or 0, or cannot be.</returns>
    public static bool TryParseKilohertz(ReadOnlySpan<byte> text, out double megahertz)
    {
        var words = new AsciiReader(text);
        var isNumber = words.TryReadInteger(out var kilohertz);
        megahertz = kilohertz / 1000.0;
        return isNumber && kilohertz > 0 && ReadingRanges.IsFrequency(megahertz);
    }

    /// <summary>Finds the highest <c>cpu MHz</c>.</summary>
    /// <remarks>Source: proc_cpuinfo(5). Shape: <c>cpu MHz\t\t: 2596.142</c>; only x86 kernels write it. Allocates:
    /// nothing.</remarks>
    /// <returns><see langword="false"/> if there is none.</returns>
    public static bool TryParseCpuinfo(ReadOnlySpan<byte> text, out double megahertz)
    {
        megahertz = 0;
        var lines = new AsciiReader(text);
        while (lines.TryReadLine(out var line))
        {
            var colon = line.IndexOf((byte)':');
            if (line.StartsWith("cpu MHz"u8) && colon > 0)
            {
                var words = new AsciiReader(line[(colon + 1)..]);
                if (words.TryReadNumber(out var value) && ReadingRanges.IsFrequency(value))
                {
                    megahertz = Math.Max(megahertz, value);
                }
            }
        }

        return megahertz > 0;
    }

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        var outcome = SampleOutcome.NoData;
        double fastest = 0;
        foreach (var policy in _policies)
        {
            var read = policy.Read(_buffer, out var length);
            if (read == FileOutcome.Ok && TryParseKilohertz(_buffer.AsSpan(0, length), out var megahertz))
            {
                fastest = Math.Max(fastest, megahertz);
            }
            else if (read != FileOutcome.Absent)
            {
                outcome = SampleOutcome.Failed;
            }
        }

        if (fastest == 0)
        {
            // /proc/cpuinfo is always there and has no frequency on most boards: that is no failure.
            var read = _cpuinfo.ReadAll(_buffer, out var length);
            if (read == FileOutcome.Ok && TryParseCpuinfo(_buffer.AsSpan(0, length), out var megahertz))
            {
                fastest = megahertz;
            }
        }

        if (fastest == 0)
        {
            return outcome;
        }

        into.FrequencyMegahertz = fastest;
        return SampleOutcome.Ok;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cpuinfo.Dispose();
        foreach (var policy in _policies)
        {
            policy.Dispose();
        }
    }

    private static KernelFile[] FindPolicies(KernelRoots roots)
    {
        // Cores of one policy always have the same frequency; kernels before 4.3 have no policy folders.
        var folders =
            KernelRoots.NumberedFolders(roots.SysFile("devices/system/cpu/cpufreq"), "policy", PolicyCountMax);
        if (folders.Count == 0)
        {
            folders = KernelRoots.NumberedFolders(roots.SysFile("devices/system/cpu"), "cpu", PolicyCountMax)
                .Select(static folder => Path.Join(folder, "cpufreq"))
                .Where(Directory.Exists)
                .ToList();
        }

        return [.. folders.Select(static folder => new KernelFile(Path.Join(folder, "scaling_cur_freq")))];
    }
}
