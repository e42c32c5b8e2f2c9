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

    /// <summary>How often the policies are looked up: a driver may be loaded later.</summary>
    private static readonly TimeSpan SearchPeriod = TimeSpan.FromSeconds(30);

    /// <summary>The maximum number of policies that are read at one tick, because each costs a system call.
    /// Servers with more cores have values that are a few ticks old; the first tick reads all.</summary>
    private const int ReadsMax = 64;

    /// <summary>Room for the first dozen cores of /proc/cpuinfo.</summary>
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly KernelRoots _roots;
    private readonly Cadence _search;
    private readonly KernelFile _cpuinfo;
    private readonly Cadence _cpuinfoCadence;
    private IReadOnlyList<string> _folders = [];
    private CpuPolicy[] _policies = [];
    private double[] _frequencies = [];
    private int _next;
    private int _cpuinfoLength;

    /// <summary>Initializes a new instance of the <see cref="CpuFrequencySampler"/> class.</summary>
    public CpuFrequencySampler(KernelRoots roots, TimeProvider time)
    {
        _roots = roots;
        _search = new Cadence(SearchPeriod, time);
        _cpuinfo = new KernelFile(roots.ProcFile("cpuinfo"));
        _cpuinfoCadence = new Cadence(CpuinfoPeriod, time);
    }

    /// <inheritdoc/>
    public string Name => "cpufreq";

    /// <summary>Parses a frequency in kHz.</summary>
    /// <remarks>Source: Documentation/admin-guide/pm/cpufreq.rst, <c>scaling_cur_freq</c>. Units: kHz in, Hz out.
    /// Allocates: nothing.</remarks>
    /// <returns><see langword="false"/> if it is not a number, is 0 or is out of range.
    /// <c>&lt;unknown&gt;</c> and 0 are the kernel's words for a frequency that the driver does not know.</returns>
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
        if (_search.IsDue())
        {
            FindPolicies();
        }

        var cores = into.Section(CoresSection.Definition);
        var outcome = ReadPolicies();
        double fastest = 0;
        for (var index = 0; index < _policies.Length; index++)
        {
            var hertz = _frequencies[index];
            if (hertz > 0)
            {
                fastest = Math.Max(fastest, hertz);
                foreach (var core in _policies[index].Cores)
                {
                    Set(cores, core, hertz);
                }
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
        ClosePolicies();
    }

    private static void Set(SectionBuilder cores, string core, double hertz)
    {
        if (cores.TryResume(core))
        {
            cores.Set(CoresSection.FrequencyHertz, hertz);
        }
    }

    private void FindPolicies()
    {
        var folders = CpuPolicy.FindFolders(_roots);
        if (!AreEqual(folders, _folders))
        {
            ClosePolicies();
            _folders = folders;
            _policies = [.. folders.Select(CpuPolicy.Read)];
            _frequencies = new double[_policies.Length];
            _next = 0;
            for (var done = ReadsMax; done < _policies.Length; done += ReadsMax)
            {
                ReadPolicies();
            }
        }
    }

    private static bool AreEqual(IReadOnlyList<string> left, IReadOnlyList<string> right)
    {
        for (var index = 0; index < left.Count && index < right.Count; index++)
        {
            if (left[index] != right[index])
            {
                return false;
            }
        }

        return left.Count == right.Count;
    }

    private void ClosePolicies()
    {
        foreach (var policy in _policies)
        {
            policy.Frequency.Dispose();
        }
    }

    /// <summary>Reads the next policies.</summary>
    private SampleOutcome ReadPolicies()
    {
        var outcome = SampleOutcome.NoData;
        for (var count = Math.Min(_policies.Length, ReadsMax); count > 0; count--)
        {
            var index = _next;
            _next = (_next + 1) % _policies.Length;
            var read = _policies[index].Frequency.Read(_buffer, out var length);
            var text = _buffer.AsSpan(0, length);
            if (read != FileOutcome.Ok || !TryParseKilohertz(text, out _frequencies[index]))
            {
                _frequencies[index] = 0;
                outcome = read == FileOutcome.Absent || IsUnknown(text) ? outcome : SampleOutcome.Failed;
            }
        }

        return outcome;
    }

    private static bool IsUnknown(ReadOnlySpan<byte> text) =>
        text.StartsWith("<unknown>"u8) || (new AsciiReader(text).TryReadInteger(out var kilohertz) && kilohertz == 0);

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
