namespace NodeTelemetry.Protocol.Limits;

/// <summary>Every limit of the wire protocol, with its reason. PROTOCOL.md states the same numbers.</summary>
public static class WireLimits
{
    /// <summary>The protocol version that is written.</summary>
    public const int Version = 1;

    /// <summary>Default UDP port.</summary>
    public const int DefaultPort = 6077;

    /// <summary>Default IPv4 group: organisation-local scope of RFC 2365, so routers do not leak it.</summary>
    public const string DefaultGroupIPv4 = "239.192.77.77";

    /// <summary>Default IPv6 group: transient, organisation-local scope of RFC 4291.</summary>
    public const string DefaultGroupIPv6 = "ff18::4e54:4c4d";

    /// <summary>Time to live and hop limit: datagrams stay on the link.</summary>
    public const int HopLimit = 1;

    /// <summary>The longest datagram that is sent: 1500 (Ethernet) − 40 (IPv6) − 8 (UDP), less room for a tunnel such
    /// as WireGuard's or VXLAN's 50.</summary>
    public const int DatagramBytesMax = 1400;

    /// <summary>The longest datagram that is accepted: raspi-cluster sends all of /proc/meminfo in one.</summary>
    public const int ReceivedBytesMax = 8192;

    /// <summary>The longest control datagram that is accepted: the longest known has some 120 bytes;
    /// the rest is for keys of later versions.</summary>
    public const int ControlBytesMax = 512;

    /// <summary>The deepest nesting that is accepted: our own is 3; the rest is for fields of later versions.</summary>
    public const int DepthMax = 16;

    /// <summary>The longest host name in bytes, by RFC 1035.</summary>
    public const int HostnameBytesMax = 253;

    /// <summary>Digits of a node identity: 64 bits, so that 10 000 nodes collide with a chance of 3
    /// in a trillion.</summary>
    public const int NodeDigits = 16;

    /// <summary>Digits of a boot or run identity.</summary>
    public const int RunDigits = 8;

    /// <summary>Maximum cores in <c>coreusage</c>: more would fill a datagram.</summary>
    public const int CoreCountMax = 128;

    /// <summary>Maximum cores accepted in <c>coreusage</c>: as many as fit 8192 bytes at 4 bytes each,
    /// rounded down.</summary>
    public const int ReceivedCoreCountMax = 1024;

    /// <summary>Maximum labels of a node: they are dimensions with few values, not a document store.</summary>
    public const int LabelCountMax = 16;

    /// <summary>The longest label name in bytes.</summary>
    public const int LabelNameBytesMax = 32;

    /// <summary>The longest label value in bytes.</summary>
    public const int LabelValueBytesMax = 64;

    /// <summary>The longest text within <c>about</c>, <c>bye</c> and <c>sig</c>, in bytes:
    /// the longest board names have some 60.</summary>
    public const int TextBytesMax = 128;

    /// <summary>Maximum addresses in <c>about</c>: a board has two interfaces; the rest are containers'.</summary>
    public const int AddressCountMax = 8;

    /// <summary>Maximum entries in a received <c>meminfo</c>: kernels have about 60.</summary>
    public const int MeminfoEntryCountMax = 256;

    /// <summary>Maximum parts of one sample: 256 cores and 60 disks need some 50, and a part is a bit of 64.</summary>
    public const int PartCountMax = 64;

    /// <summary>Maximum entries of a section in one sample: kernels support 8192 cores,
    /// but a page of more than a few hundred is unreadable.</summary>
    public const int SectionEntryCountMax = 512;

    /// <summary>The longest name of an entry, in bytes:
    /// mount points and the series of textfiles are the longest.</summary>
    public const int EntryNameBytesMax = 192;

    /// <summary>The longest promised interval in milliseconds, 1 hour.</summary>
    public const int IntervalMillisecondsMax = 3_600_000;

    /// <summary>The shortest promised interval in milliseconds.</summary>
    public const int IntervalMillisecondsMin = 100;

    /// <summary>Maximum samples in the reply to one request:
    /// 22 kB of single-datagram samples fit any socket buffer.</summary>
    public const int RangeSamplesMax = 16;

    /// <summary>Maximum age of a signed request's <c>seq</c>, in samples:
    /// a node that is late by 5 intervals is probed within as many, and a recorded request expires after 2 minutes
    /// at the default interval.</summary>
    public const int RequestAgeSamplesMax = 64;

    /// <summary>The longest time to live of a displayed alert level, in seconds:
    /// the level of a collector that has stopped must expire soon.</summary>
    public const int AlertSecondsMax = 3600;

    /// <summary>How often a full sample, <c>about</c> and <c>labels</c> are repeated:
    /// a collector that starts later has everything within half a minute.</summary>
    public static readonly TimeSpan AboutPeriod = TimeSpan.FromSeconds(30);

    /// <summary>How often reduced samples have slow readings: as often as the history has a value.</summary>
    public static readonly TimeSpan SlowPeriod = TimeSpan.FromSeconds(10);
}
