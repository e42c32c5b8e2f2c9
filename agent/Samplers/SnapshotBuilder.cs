using NodeTelemetry.Agent.Samplers.Cpu;
using NodeTelemetry.Agent.Samplers.Memory;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Samplers;

/// <summary>Collects the readings of one tick. Reused, so that samplers need not allocate.</summary>
internal sealed class SnapshotBuilder
{
    private readonly SectionBuilder?[] _sections = new SectionBuilder?[SectionCatalog.All.Count];
    private readonly double[] _coreUsage = new double[WireLimits.CoreCountMax];
    private int _coreCount;

    /// <summary>Gets or sets the frequency of the fastest core in MHz.</summary>
    public double? FrequencyMegahertz { get; set; }

    /// <summary>Gets or sets the processor's temperature in °C.</summary>
    public double? TemperatureCelsius { get; set; }

    /// <summary>Gets or sets the share of time that all cores together were not idle.</summary>
    public double? UsageRatio { get; set; }

    /// <summary>Gets or sets the load averages over 1, 5 and 15 minutes.</summary>
    public LoadAverages? Load { get; set; }

    /// <summary>Gets or sets memory and swap.</summary>
    public MemoryAmounts? Memory { get; set; }

    /// <summary>Gets or sets the kernel's uptime in whole seconds.</summary>
    public long? UptimeSeconds { get; set; }

    /// <summary>Gets or sets what changes rarely; sent when its time has come.</summary>
    public AboutReading? About { get; set; }

    /// <summary>Gets how many values and entries of sections have been refused, since this builder was made, because
    /// they are impossible, too long or too many.</summary>
    public long ValuesRefused
    {
        get
        {
            var sum = 0L;
            foreach (var section in _sections)
            {
                sum += (section?.ValuesRefused ?? 0) + (section?.EntriesRefused ?? 0);
            }

            return sum;
        }
    }

    /// <summary>Gets what collects the values of a section. Several samplers may fill the same one.</summary>
    public SectionBuilder Section(SectionDefinition definition) =>
        _sections[definition.Index] ??= new SectionBuilder(definition);

    /// <summary>Forgets the last tick.</summary>
    public void Reset()
    {
        FrequencyMegahertz = TemperatureCelsius = UsageRatio = null;
        Load = null;
        Memory = null;
        UptimeSeconds = null;
        About = null;
        _coreCount = 0;
        foreach (var section in _sections)
        {
            section?.Clear();
        }
    }

    /// <summary>Adds the use of one more core to <c>coreusage</c>.</summary>
    /// <returns><see langword="false"/> if there is no room for it; the section <c>cores</c> has some.</returns>
    public bool TryAddCoreUsage(double ratio)
    {
        if (_coreCount == _coreUsage.Length)
        {
            return false;
        }

        _coreUsage[_coreCount++] = ratio;
        return true;
    }

    /// <summary>Makes the snapshot.</summary>
    /// <remarks>Allocates: the snapshot, some 4 KB on a small board with everything on; one collection of 256 KiB a
    /// minute at one second.</remarks>
    public NodeSnapshot Build(
        string hostname,
        SampleHeader header,
        IReadOnlyList<KeyValuePair<string, string>>? labels) =>
        new()
        {
            Hostname = hostname,
            Header = header,
            Cpu = MakeCpu(),
            Load = Load is { } load ? new LoadReading(load.OneMinute, load.FiveMinutes, load.FifteenMinutes) : null,
            Memory = Memory is { } memory ? memory.ToReading() : null,
            Sections = MakeSections(),
            About = About,
            Labels = labels,
        };

    private SectionReading[] MakeSections()
    {
        var count = 0;
        foreach (var section in _sections)
        {
            count += section?.EntryCount > 0 ? 1 : 0;
        }

        var readings = new SectionReading[count];
        count = 0;
        foreach (var section in _sections)
        {
            if (section?.Build() is { } reading)
            {
                readings[count++] = reading;
            }
        }

        return readings;
    }

    private CpuReading? MakeCpu() =>
        FrequencyMegahertz is null && TemperatureCelsius is null && UsageRatio is null && _coreCount == 0
            ? null
            : new CpuReading
            {
                FrequencyMegahertz = FrequencyMegahertz,
                TemperatureCelsius = TemperatureCelsius,
                UsageRatio = UsageRatio,
                CoreUsageRatios = _coreCount == 0 ? null : _coreUsage.AsSpan(0, _coreCount).ToArray(),
            };
}
