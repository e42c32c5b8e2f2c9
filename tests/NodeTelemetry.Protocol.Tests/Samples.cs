using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Protocol.Tests;

/// <summary>Snapshots to encode.</summary>
internal static class Samples
{
    public static NodeSnapshot Minimal { get; } = new()
    {
        Hostname = "pi4-01",
        Header = new SampleHeader
        {
            Node = "a1b2c3d4e5f60718",
            Boot = 0x5a1e33d0,
            Run = 0x0badcafe,
            Sequence = 17,
            TimeMilliseconds = 1_795_000_000_123,
            IntervalMilliseconds = 2000,
        },
    };

    public static NodeSnapshot Full(int cores) => new NodeSnapshot
    {
        Hostname = "pi4-01",
        Header = new SampleHeader
        {
            Node = "a1b2c3d4e5f60718",
            Boot = 0x5a1e33d0,
            Run = 0x0badcafe,
            Sequence = 17,
            TimeMilliseconds = 1_795_000_000_123,
            IntervalMilliseconds = 2000,
            UptimeSeconds = 350_735,
        },
        About = new AboutReading
        {
            Board = "Raspberry Pi 4 Model B Rev 1.4",
            Architecture = "arm64",
            OperatingSystem = "Debian GNU/Linux 12 (bookworm)",
            Kernel = "6.6.51+rpt-rpi-v8",
            AgentVersion = "1.0.0",
            CoreCount = cores,
            Addresses = ["192.0.2.41", "2001:db8::41"],
            Hat = "Enviro",
        },
        Labels = [new("rack", "2"), new("role", "worker")],
    }
    .With(
        (CpuSummarySection.FrequencyHertz, 1800e6),
        (CpuSummarySection.TemperatureCelsius, 48.686),
        (CpuSummarySection.UsageRatio, 0.1275),
        (MeminfoSection.TotalBytes, 3_884_356L * 1024),
        (MeminfoSection.FreeBytes, 2_541_120L * 1024),
        (MeminfoSection.AvailableBytes, 3_214_568L * 1024),
        (MeminfoSection.BuffersBytes, 58_420L * 1024),
        (MeminfoSection.CachedBytes, 734_212L * 1024),
        (MeminfoSection.SwapTotalBytes, 102_396L * 1024),
        (MeminfoSection.SwapFreeBytes, 102_396L * 1024))
    .WithCores(Enumerable.Range(0, cores).Select(core => (core % 1000) / 1000.0))
    .WithLoad(0.42, 0.31, 0.28);

    /// <summary>As much as a node can have to say, short of what would be left out.</summary>
    public static NodeSnapshot Large()
    {
        var full = Full(cores: 128);
        return full with
        {
            About = full.About! with
            {
                Board = new string('b', 128),
                OperatingSystem = new string('o', 128),
                Hat = new string('h', 128),
                Addresses =
                    [.. Enumerable.Range(0, 8).Select(index => $"2001:db8:1111:2222:3333:4444:5555:666{index}")],
            },
            Labels = [.. Enumerable.Range(0, 16)
                .Select(index => KeyValuePair.Create($"label-{index:00}", new string('v', 40)))],
        };
    }
}
