using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Samplers.Cpu;

/// <summary>The frequency of each core and of the fastest one, from cpufreq in /sys,
/// or from <c>/proc/cpuinfo</c> where there is none.</summary>
/// <remarks>Runs after <see cref="CpuSampler"/>, which finds the online cores.
/// A value of /proc/cpuinfo is up to <see cref="CpuinfoPeriod"/> old.</remarks>
internal sealed class CpuFrequencySampler : ISampler, IDisposable
{
    /// <summary>Machines without cpufreq are virtual: their frequency is constant,
    /// and the file costs the kernel more than all of /proc/stat.</summary>
    private static readonly TimeSpan CpuinfoPeriod = TimeSpan.FromSeconds(10);

    /// <summary>Room for the first dozen cores of /proc/cpuinfo.</summary>
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly CpuPolicy[] _policies;
    private readonly KernelFile _cpuinfo;
    private readonly Cadence _cpuinfoCadence;
    private int _cpuinfoLength;

    /// <summary>Initializes a new instance of the <see cref="CpuFrequencySampler"/> class.</summary>
    public CpuFrequencySampler(KernelRoots roots, TimeProvider time)
    {
        _policies = CpuPolicy.Find(roots);
        _cpuinfo = new KernelFile(roots.ProcFile("cpuinfo"));
        _cpuinfoCadence = new Cadence(CpuinfoPeriod, time);
    }

    /// <inheritdoc/>
    public string Name => "cpufreq";

    /// <summary>Parses a frequency in kHz.</summary>
    /// <remarks>Source: Documentation/admin-guide/pm/cpufreq.rst, <c>scaling_cur_freq</c>. Units: kHz in, Hz out.
    /// Allocates: nothing.</remarks>
    /// <returns><see langword="false"/> if it is not a number, is 0 or is out of range.</returns>
    public static bool TryParseKilohertz(ReadOnlySpan<byte> text, out double hertz)
    {
        var words = new AsciiReader(text);
        var isNumber = words.TryReadInteger(out var kilohertz);
        hertz = kilohertz * 1000.0;
        return isNumber && kilohertz > 0 && CpuSummarySection.FrequencyHertz.IsInRange(hertz);
    }

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        var cores = into.Section(CoresSection.Definition);
        var outcome = SampleOutcome.NoData;
        double fastest = 0;
        foreach (var policy in _policies)
        {
            var read = policy.Frequency.Read(_buffer, out var length);
            if (read == FileOutcome.Ok && TryParseKilohertz(_buffer.AsSpan(0, length), out var hertz))
            {
                fastest = Math.Max(fastest, hertz);
                foreach (var core in policy.Cores)
                {
                    Set(cores, core, hertz);
                }
            }
            else if (read != FileOutcome.Absent)
            {
                outcome = SampleOutcome.Failed;
            }
        }

        if (fastest == 0)
        {
            fastest = ReadCpuinfo(cores);
        }

        if (fastest == 0)
        {
            return outcome;
        }

        into.Set(CpuSummarySection.FrequencyHertz, fastest);
        return SampleOutcome.Ok;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cpuinfo.Dispose();
        foreach (var policy in _policies)
        {
            policy.Frequency.Dispose();
        }
    }

    private static void Set(SectionBuilder cores, string core, double hertz)
    {
        if (cores.TryResume(core))
        {
            cores.Set(CoresSection.FrequencyHertz, hertz);
        }
    }

    /// <summary>Reads the fallback; on most boards it has no frequencies, which is not a failure.</summary>
    private double ReadCpuinfo(SectionBuilder cores)
    {
        if (_cpuinfoCadence.IsDue() && _cpuinfo.ReadAll(_buffer, out _cpuinfoLength) != FileOutcome.Ok)
        {
            _cpuinfoLength = 0;
        }

        double fastest = 0;
        var frequencies = new CpuinfoFrequencies(_buffer.AsSpan(0, _cpuinfoLength));
        while (frequencies.TryRead(out var core, out var hertz))
        {
            fastest = Math.Max(fastest, hertz);
            Set(cores, CoreNames.Get(core), hertz);
        }

        return fastest;
    }
}
