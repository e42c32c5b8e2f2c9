using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>What has been read of a datagram so far.
/// The snapshot is created at the end, so that a refused datagram allocates nothing.</summary>
internal struct SnapshotDraft
{
    public string? Hostname;
    public string? Node;
    public int Version;
    public uint Boot;
    public uint Run;
    public long Sequence;
    public long Time;
    public int Interval;
    public long? Uptime;
    public int PartIndex;
    public int PartCount;
    public long Full;
    public AboutReading? About;
    public IReadOnlyList<KeyValuePair<string, string>>? Labels;
    public ByeReading? Bye;
    public string? Signature;

    private Fields _seen;

    /// <summary>The keys outside the catalogue, as bits.</summary>
    [Flags]
    public enum Fields
    {
        None = 0,
        Hostname = 1 << 0,
        Version = 1 << 1,
        Node = 1 << 2,
        Boot = 1 << 3,
        Run = 1 << 4,
        Sequence = 1 << 5,
        Time = 1 << 6,
        Interval = 1 << 7,
        Uptime = 1 << 8,
        Part = 1 << 9,
        About = 1 << 10,
        Labels = 1 << 11,
        Bye = 1 << 12,
        Signature = 1 << 13,
        Full = 1 << 14,

        /// <summary>What a datagram with <c>v</c> must have in addition to the host name.</summary>
        Header = Node | Boot | Run | Sequence | Time | Interval,
    }

    /// <summary>Marks a key as seen; <see langword="false"/> if it was seen before.</summary>
    public bool TryMark(Fields field)
    {
        var isNew = (_seen & field) == 0;
        _seen |= field;
        return isNew;
    }

    /// <summary>Creates the snapshot, unless a required key is missing.</summary>
    public readonly DecodeError Complete(SectionReader sections, out NodeSnapshot? snapshot)
    {
        snapshot = null;
        if (string.IsNullOrEmpty(Hostname) || (Has(Fields.Version) && (_seen & Fields.Header) != Fields.Header))
        {
            return DecodeError.MissingField;
        }

        if (Has(Fields.Version) && Has(Fields.Full) && Full >= Sequence)
        {
            return DecodeError.OutOfRange;
        }

        snapshot = new NodeSnapshot
        {
            Hostname = Hostname,
            Header = Has(Fields.Version) ? CreateHeader() : null,
            Sections = sections.Build(),
            About = About,
            Labels = Labels,
            Bye = Bye,
            Signature = Signature,
        };
        return DecodeError.None;
    }

    private readonly bool Has(Fields field) => (_seen & field) != 0;

    private readonly SampleHeader CreateHeader() => new()
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
        FullSequence = Has(Fields.Full) ? Full : null,
    };
}
