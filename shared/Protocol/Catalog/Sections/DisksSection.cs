using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>io</c>: block devices, by name.</summary>
/// <remarks>Source: Documentation/admin-guide/iostats.rst of the kernel; a sector has 512 bytes.</remarks>
public static class DisksSection
{
    /// <summary>Bytes read.</summary>
    public static readonly FieldDefinition ReadBytes = Counter(
        "rbytes", "disk_read_bytes", "system.disk.io.read", ReadingUnit.Bytes, "Bytes read", inHistory: true);

    /// <summary>Bytes written.</summary>
    public static readonly FieldDefinition WrittenBytes = Counter(
        "wbytes", "disk_written_bytes", "system.disk.io.write", ReadingUnit.Bytes, "Bytes written", inHistory: true);

    /// <summary>Reads completed.</summary>
    public static readonly FieldDefinition Reads = Counter(
        "reads", "disk_reads", "system.disk.operations.read", ReadingUnit.None, "Reads completed");

    /// <summary>Writes completed.</summary>
    public static readonly FieldDefinition Writes = Counter(
        "writes", "disk_writes", "system.disk.operations.write", ReadingUnit.None, "Writes completed");

    /// <summary>Time that reads took, all added up.</summary>
    public static readonly FieldDefinition ReadSeconds = Counter(
        "rtime", "disk_read_seconds", "system.disk.operation_time.read", ReadingUnit.Seconds,
        "Time that reads took, all added up");

    /// <summary>Time that writes took, all added up.</summary>
    public static readonly FieldDefinition WriteSeconds = Counter(
        "wtime", "disk_write_seconds", "system.disk.operation_time.write", ReadingUnit.Seconds,
        "Time that writes took, all added up");

    /// <summary>Time in which the device had something to do.</summary>
    public static readonly FieldDefinition BusySeconds = Counter(
        "busy", "disk_busy_seconds", "system.disk.io_time", ReadingUnit.Seconds,
        "Time in which the device had something to do", inHistory: true);

    /// <summary>Time in which the device had something to do, times how much.</summary>
    public static readonly FieldDefinition WeightedSeconds = Counter(
        "queue", "disk_weighted_seconds", "system.disk.weighted_io_time", ReadingUnit.Seconds,
        "Time in which the device had something to do, times how much");

    /// <summary>Requests that the device has at the moment.</summary>
    public static readonly FieldDefinition InFlight = Gauge(
        "inflight", "disk_requests_in_flight", "system.disk.pending_operations", ReadingUnit.None,
        "Requests that the device has at the moment");

    /// <summary>Bytes written a day, by what was written since boot.</summary>
    public static readonly FieldDefinition WrittenPerDayBytes = Gauge(
        "wday", "disk_written_per_day_bytes", "nodetelemetry.disk.written_per_day", ReadingUnit.Bytes,
        "Bytes written a day, by what was written since boot");

    /// <summary>The section.</summary>
    public static readonly SectionDefinition Definition = new(
        "io",
        "Block devices, by name",
        ReadBytes, WrittenBytes, Reads, Writes, ReadSeconds, WriteSeconds, BusySeconds, WeightedSeconds, InFlight,
        WrittenPerDayBytes)
    {
        EntryLabel = "device",
        EntryFieldName = "system.device",
    };
}
