using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>io</c>.</summary>
/// <remarks>Source: Documentation/admin-guide/iostats.rst of the kernel; a sector has 512 bytes.</remarks>
public static class DisksSection
{
    public static readonly FieldDefinition ReadBytes = Counter(
        "rbytes", "disk_read_bytes", "system.disk.io.read", Bytes, "Bytes read", inHistory: true);
    public static readonly FieldDefinition WrittenBytes = Counter(
        "wbytes", "disk_written_bytes", "system.disk.io.write", Bytes, "Bytes written", inHistory: true);
    public static readonly FieldDefinition Reads = Counter(
        "reads", "disk_reads", "system.disk.operations.read", None, "Reads completed").Slow();
    public static readonly FieldDefinition Writes = Counter(
        "writes", "disk_writes", "system.disk.operations.write", None, "Writes completed").Slow();
    public static readonly FieldDefinition ReadSeconds = Counter(
        "rtime", "disk_read_seconds", "system.disk.operation_time.read", Seconds, "Total time of all reads").Slow();
    public static readonly FieldDefinition WriteSeconds = Counter(
        "wtime", "disk_write_seconds", "system.disk.operation_time.write", Seconds, "Total time of all writes").Slow();
    public static readonly FieldDefinition BusySeconds = Counter(
        "busy", "disk_busy_seconds", "system.disk.io_time", Seconds, "Time with requests in flight", inHistory: true);
    public static readonly FieldDefinition WeightedSeconds = Counter(
        "queue", "disk_weighted_seconds", "system.disk.weighted_io_time", Seconds,
        "Time with requests in flight, weighted by their number").Slow();
    public static readonly FieldDefinition InFlight = Gauge(
        "inflight", "disk_requests_in_flight", "system.disk.pending_operations", None, "Requests in flight");
    public static readonly FieldDefinition WrittenPerDayBytes = Gauge(
        "wday", "disk_written_per_day_bytes", "nodetelemetry.disk.written_per_day", Bytes,
        "Average bytes written per day since boot").Slow();

    public static readonly FieldDefinition Errors = Counter(
        "ioerr", "disk_errors", "nodetelemetry.disk.errors", None, "Commands that ended with an error");
    public static readonly FieldDefinition Online = Flag(
        "online", "disk_online", "nodetelemetry.disk.online", "The kernel can use the disk or its controller");

    public static readonly SectionDefinition Definition = new(
        "io", "Block devices, by name",
        ReadBytes, WrittenBytes, Reads, Writes, ReadSeconds, WriteSeconds, BusySeconds, WeightedSeconds, InFlight,
        WrittenPerDayBytes, Errors, Online)
    {
        EntryLabel = "device",
        EntryFieldName = "system.device",
    };
}
