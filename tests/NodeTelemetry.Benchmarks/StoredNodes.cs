using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Run;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Benchmarks;

/// <summary>Nodes like a Raspberry Pi with an SD card and Wi-Fi, whose samples go straight into the real storage.</summary>
internal sealed class StoredNodes
{
    /// <summary>The scalar readings with history of each sample.</summary>
    public const int ScalarCount = 7;

    /// <summary>The series of entries with history of each sample.</summary>
    public const int EntryCount = 11;

    private static readonly string[] Disks = ["mmcblk0"];
    private static readonly string[] Mounts = ["/", "/boot/firmware"];
    private static readonly string[] Interfaces = ["eth0", "wlan0"];

    private readonly StorageSetup _storage;
    private readonly ManualTimeProvider _time;
    private readonly Random _random = new(1);
    private readonly Node[] _nodes;
    private long _sequence;

    /// <summary>Initializes a new instance of the <see cref="StoredNodes"/> class.</summary>
    public StoredNodes(int count, StorageSetup storage, ManualTimeProvider time)
    {
        _storage = storage;
        _time = time;
        _nodes = [.. Enumerable.Range(1, count).Select(index => new Node(index, time))];
    }

    /// <summary>Gets the identity of a node.</summary>
    public static string GetId(int index) => $"{index:x16}";

    /// <summary>Adds a sample of every node.</summary>
    /// <param name="elapsed">The time since the last one.</param>
    public void Sample(TimeSpan elapsed)
    {
        var now = _time.GetUtcNow();
        _sequence++;
        foreach (var node in _nodes)
        {
            var snapshot = new NodeSnapshot
            {
                Hostname = node.Status.Hostname,
                Header = new SampleHeader
                {
                    Node = node.Status.Id,
                    Boot = 1,
                    Run = 1,
                    Sequence = _sequence,
                    TimeMilliseconds = now.ToUnixTimeMilliseconds(),
                    IntervalMilliseconds = 2000,
                },
                Sections = CreateSections(node, elapsed.TotalSeconds),
            };
            _storage.Checkpoint.OnSample(
                new AcceptedSnapshot(node.Status.Id, snapshot, now.AddMilliseconds(_random.Next(3))),
                node.Status with { Header = snapshot.Header, LastSeen = now, Readings = snapshot });
        }
    }

    private SectionReading[] CreateSections(Node node, double seconds)
    {
        node.Usage = Math.Clamp(node.Usage + ((_random.NextDouble() - 0.5) * 0.1), 0.01, 0.95);
        node.Celsius += ((node.Usage * 30) + 40 - node.Celsius) / 30;
        node.Read += Math.Floor(seconds * 4096 * _random.Next(0, 20));
        node.Written += Math.Floor(seconds * 4096 * _random.Next(0, 60));
        node.Received += Math.Floor(seconds * (20_000 + (1e6 * node.Usage * _random.NextDouble())));
        var cpu = new SectionBuilder(CpuSummarySection.Definition);
        cpu.Set(CpuSummarySection.FrequencyHertz, node.Usage > 0.3 ? 1_800_000_000 : 600_000_000);
        cpu.Set(CpuSummarySection.TemperatureCelsius, Math.Round(node.Celsius + (_random.Next(3) * 0.487), 3));
        cpu.Set(CpuSummarySection.UsageRatio, Math.Round(node.Usage, 4));
        var load = new SectionBuilder(LoadSection.Definition);
        load.Set(LoadSection.OneMinute, Math.Round(node.Usage * 4, 2));
        var memory = new SectionBuilder(MeminfoSection.Definition);
        memory.Set(MeminfoSection.TotalBytes, 3_884_356L * 1024);
        memory.Set(MeminfoSection.AvailableBytes, (3_000_000L - _random.Next(50_000)) * 1024);
        var modes = new SectionBuilder(CpuSection.Definition);
        modes.Set(CpuSection.IowaitRatio, Math.Round(_random.NextDouble() * 0.01, 4));
        var throttled = new SectionBuilder(ThrottledSection.Definition);
        throttled.Set(ThrottledSection.UndervoltageNow, value: false);
        return
        [
            cpu.Build()!, load.Build()!, memory.Build()!, modes.Build()!, throttled.Build()!, Temperatures(node),
            Filesystems(node), DiskReadings(node), Network(node),
        ];
    }

    private static SectionReading Temperatures(Node node)
    {
        var section = new SectionBuilder(TemperaturesSection.Definition);
        section.Begin("cpu-thermal");
        section.Set(TemperaturesSection.Celsius, Math.Round(node.Celsius, 3));
        return section.Build()!;
    }

    private static SectionReading Filesystems(Node node)
    {
        var section = new SectionBuilder(FilesystemsSection.Definition);
        foreach (var mount in Mounts)
        {
            section.Begin(mount);
            section.Set(FilesystemsSection.UsedRatio, Math.Round(0.2 + (node.Written % 1e9 / 1e10), 4));
        }

        return section.Build()!;
    }

    private static SectionReading DiskReadings(Node node)
    {
        var section = new SectionBuilder(DisksSection.Definition);
        foreach (var disk in Disks)
        {
            section.Begin(disk);
            section.Set(DisksSection.ReadBytes, node.Read);
            section.Set(DisksSection.WrittenBytes, node.Written);
            section.Set(DisksSection.BusySeconds, Math.Round(node.Written / 2e7, 3));
        }

        return section.Build()!;
    }

    private SectionReading Network(Node node)
    {
        var section = new SectionBuilder(NetworkSection.Definition);
        foreach (var name in Interfaces)
        {
            section.Begin(name);
            section.Set(NetworkSection.ReceivedBytes, name == "eth0" ? 0 : node.Received);
            section.Set(NetworkSection.SentBytes, name == "eth0" ? 0 : Math.Floor(node.Received / 3));
            section.Set(NetworkSection.SignalDecibels, name == "eth0" ? null : -50 - _random.Next(4));
        }

        return section.Build()!;
    }

    private sealed class Node(int index, TimeProvider time)
    {
        public NodeStatus Status { get; } = new()
        {
            Id = GetId(index),
            Hostname = $"pi-{index}",
            Address = "10.77.0.1",
            Health = NodeHealth.Up,
            HealthSince = time.GetUtcNow(),
            FirstSeen = time.GetUtcNow(),
            LastSeen = time.GetUtcNow(),
            LastSeenTimestamp = 0,
            Interval = TimeSpan.FromSeconds(2),
            Readings = new NodeSnapshot { Hostname = $"pi-{index}" },
            Received = 1,
            Missed = 0,
            Duplicates = 0,
        };

        public double Usage { get; set; } = 0.2;

        public double Celsius { get; set; } = 45;

        public double Read { get; set; }

        public double Written { get; set; }

        public double Received { get; set; }
    }
}
