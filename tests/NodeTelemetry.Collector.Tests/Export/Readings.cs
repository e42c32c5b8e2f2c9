using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Collector.Tests.Export;

/// <summary>Readings as the ingest loop hands them over.</summary>
internal static class Readings
{
    public static readonly DateTimeOffset Now = new(2026, 11, 3, 10, 0, 0, 250, TimeSpan.Zero);

    public static AcceptedSnapshot Full(
        long sequence = 7, string node = "9f3c2a1b00c0ffee", DateTimeOffset? time = null) => new(
        node,
        new NodeSnapshot
        {
            Hostname = $"pi-{node[^2..]}",
            Header = new SampleHeader
            {
                Node = node,
                Boot = 0x00c0ffee,
                Run = 0x12345678,
                Sequence = sequence,
                TimeMilliseconds = (time ?? Now.AddMilliseconds(-250)).ToUnixTimeMilliseconds(),
                IntervalMilliseconds = 2000,
                UptimeSeconds = 86_400,
                Part = new PartNumber(0, 2),
            },
            Sections = FilledSections.Scalar,
            About = new AboutReading { Architecture = "arm64" },
            Labels = [new("rack", "a"), new("role.kind", "web \"front\" ä")],
            Bye = new ByeReading("reboot", 60),
        }
        .With(
            (CpuSummarySection.FrequencyHertz, 1500e6),
            (CpuSummarySection.TemperatureCelsius, 48.3),
            (CpuSummarySection.UsageRatio, 0.12),
            (MeminfoSection.TotalBytes, 4L << 40),
            (MeminfoSection.FreeBytes, 1 << 30),
            (MeminfoSection.AvailableBytes, 3L << 40),
            (MeminfoSection.BuffersBytes, 4096),
            (MeminfoSection.CachedBytes, 8192),
            (MeminfoSection.SwapTotalBytes, 0),
            (MeminfoSection.SwapFreeBytes, 0))
        .WithCores(0.1, 0.14, 1, 0)
        .WithLoad(0.42, 0.36, 0.3),
        Now);

    public static AcceptedSnapshot Legacy(DateTimeOffset? received = null) => new(
        "old-pi",
        new NodeSnapshot { Hostname = "old-pi" }.With(
            (CpuSummarySection.UsageRatio, 0.5),
            (MeminfoSection.TotalBytes, 1000),
            (MeminfoSection.AvailableBytes, 250)),
        received ?? Now);

    public static NodeStatus Status(AcceptedSnapshot accepted, string? address = "10.77.0.11") => new()
    {
        Id = accepted.NodeId,
        Hostname = accepted.Snapshot.Hostname,
        Health = NodeHealth.Up,
        HealthSince = accepted.ReceivedAt,
        FirstSeen = accepted.ReceivedAt,
        LastSeen = accepted.ReceivedAt,
        LastSeenTimestamp = 1,
        Interval = TimeSpan.FromSeconds(2),
        Address = address,
        Header = accepted.Snapshot.Header,
        Readings = accepted.Snapshot,
        Received = 1,
        Missed = 0,
        Duplicates = 0,
    };

    public static NodeEvent Lost(AcceptedSnapshot accepted, DateTimeOffset? time = null) => new()
    {
        Id = (time ?? Now).ToUnixTimeMilliseconds(),
        Time = time ?? Now,
        Kind = NodeEventKind.Lost,
        Node = accepted.NodeId,
        Hostname = accepted.Snapshot.Hostname,
        Text = $"{accepted.Snapshot.Hostname} is lost.",
        Details = new EventDetails
        {
            Before = "late",
            SilenceSeconds = 5.8,
            Address = "10.77.0.11",
            Planned = false,
            Symptoms = ["under-voltage", "hot: 84 °C"],
        },
    };
}
