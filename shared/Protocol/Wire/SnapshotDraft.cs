using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>What has been read of a datagram so far: a snapshot is made of it only when all is well, so that a refused
/// datagram allocates nothing.</summary>
internal struct SnapshotDraft
{
    public string? Hostname;
    public string? Node;
    public double? CpuFrequency;
    public double? CpuTemperature;
    public double? CpuUsage;
    public ArraySegment<double> CoreUsage;
    public double Load1;
    public double Load5;
    public double Load15;
    public MemoryDraft Memory;
    public int Version;
    public uint Boot;
    public uint Run;
    public long Sequence;
    public long Time;
    public int Interval;
    public long? Uptime;
    public int PartIndex;
    public int PartCount;
    public AboutReading? About;
    public IReadOnlyList<KeyValuePair<string, string>>? Labels;
    public ByeReading? Bye;
    public string? Signature;

    private Fields _seen;

    /// <summary>The known keys, as bits.</summary>
    [Flags]
    public enum Fields
    {
        None = 0,
        Hostname = 1 << 0,
        CpuFrequency = 1 << 1,
        CpuTemperature = 1 << 2,
        CpuUsage = 1 << 3,
        CoreUsage = 1 << 4,
        LoadAverage = 1 << 5,
        Meminfo = 1 << 6,
        Version = 1 << 7,
        Node = 1 << 8,
        Boot = 1 << 9,
        Run = 1 << 10,
        Sequence = 1 << 11,
        Time = 1 << 12,
        Interval = 1 << 13,
        Uptime = 1 << 14,
        Part = 1 << 15,
        About = 1 << 16,
        Labels = 1 << 17,
        Bye = 1 << 18,
        Signature = 1 << 19,

        /// <summary>What a datagram with <c>v</c> must have besides the host name.</summary>
        Header = Node | Boot | Run | Sequence | Time | Interval,

        /// <summary>What makes a <see cref="CpuReading"/>.</summary>
        Cpu = CpuFrequency | CpuTemperature | CpuUsage | CoreUsage,
    }

    /// <summary>Notes that a key has been seen; <see langword="false"/> if it had been before.</summary>
    public bool TryMark(Fields field)
    {
        var isNew = (_seen & field) == 0;
        _seen |= field;
        return isNew;
    }

    /// <summary>Makes the snapshot, if nothing that must be there is missing.</summary>
    public readonly DecodeError Complete(SectionReader sections, out NodeSnapshot? snapshot)
    {
        snapshot = null;
        if (string.IsNullOrEmpty(Hostname) || (Has(Fields.Version) && (_seen & Fields.Header) != Fields.Header))
        {
            return DecodeError.MissingField;
        }

        snapshot = new NodeSnapshot
        {
            Hostname = Hostname,
            Header = Has(Fields.Version) ? MakeHeader() : null,
            Cpu = (_seen & Fields.Cpu) == 0 ? null : new CpuReading
            {
                FrequencyMegahertz = CpuFrequency,
                TemperatureCelsius = CpuTemperature,
                UsageRatio = CpuUsage,
                CoreUsageRatios = Has(Fields.CoreUsage) ? CoreUsage.ToArray() : null,
            },
            Load = Has(Fields.LoadAverage) ? new LoadReading(Load1, Load5, Load15) : null,
            Memory = Has(Fields.Meminfo) ? Memory.ToReading() : null,
            Sections = sections.Build(),
            About = About,
            Labels = Labels,
            Bye = Bye,
            Signature = Signature,
        };
        return DecodeError.None;
    }

    private readonly bool Has(Fields field) => (_seen & field) != 0;

    private readonly SampleHeader MakeHeader() => new()
    {
        Version = Version,
        Node = Node!,
        Boot = Boot,
        Run = Run,
        Sequence = Sequence,
        TimeMilliseconds = Time,
        IntervalMilliseconds = Interval,
        UptimeSeconds = Uptime,
        Part = Has(Fields.Part) ? new PartNumber(PartIndex, PartCount) : null,
    };
}
