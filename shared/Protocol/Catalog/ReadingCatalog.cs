namespace NodeTelemetry.Protocol.Catalog;

/// <summary>Every reading, declared once: those that a node has one of here, by way of <see cref="SectionCatalog"/>
/// too, those that it has several of only there. Names in Prometheus, the HTTP API, the history and OpenSearch are
/// derived from these.</summary>
public static class ReadingCatalog
{
    /// <summary>The use of each core: one number per core, so not among <see cref="Scalars"/>. Prometheus name, with
    /// the label <c>cpu</c>.</summary>
    public const string CoreUsageName = "cpu_core_usage_ratio";

    /// <summary>What <see cref="CoreUsageName"/> means.</summary>
    public const string CoreUsageHelp = "Share of time that the core was not idle since the last sample";

    /// <summary>The field in OpenSearch that holds the use of each core as a list.</summary>
    public const string CoreUsageFieldName = "nodetelemetry.cpu.core.utilization";

    /// <summary>Gets the readings that are one number per sample, in the order in which they are shown.</summary>
    public static IReadOnlyList<ReadingDefinition> Scalars { get; } =
    [
        new("cpu_usage_ratio", "cpuRatio", "system.cpu.utilization", ReadingUnit.Ratio,
            "Share of time that all cores together were not idle since the last sample",
            static snapshot => snapshot.Cpu?.UsageRatio, InHistory: true),
        new("cpu_frequency_hertz", "cpuHertz", "system.cpu.frequency", ReadingUnit.Hertz,
            "Present frequency of the fastest core",
            static snapshot => snapshot.Cpu?.FrequencyMegahertz * 1e6, InHistory: true),
        new("cpu_temperature_celsius", "temperatureCelsius", "hw.temperature", ReadingUnit.Celsius,
            "Temperature of the processor",
            static snapshot => snapshot.Cpu?.TemperatureCelsius, InHistory: true),
        new("load_average_1m", "load1", "system.cpu.load_average.1m", ReadingUnit.None,
            "Runnable and uninterruptible tasks, averaged over 1 minute",
            static snapshot => snapshot.Load?.OneMinute, InHistory: true),
        new("load_average_5m", "load5", "system.cpu.load_average.5m", ReadingUnit.None,
            "Runnable and uninterruptible tasks, averaged over 5 minutes",
            static snapshot => snapshot.Load?.FiveMinutes, InHistory: false),
        new("load_average_15m", "load15", "system.cpu.load_average.15m", ReadingUnit.None,
            "Runnable and uninterruptible tasks, averaged over 15 minutes",
            static snapshot => snapshot.Load?.FifteenMinutes, InHistory: false),
        new("memory_total_bytes", "memoryTotalBytes", "system.memory.limit", ReadingUnit.Bytes,
            "Usable memory",
            static snapshot => snapshot.Memory?.TotalBytes, InHistory: false),
        new("memory_free_bytes", "memoryFreeBytes", "system.memory.free", ReadingUnit.Bytes,
            "Memory used by nothing",
            static snapshot => snapshot.Memory?.FreeBytes, InHistory: false),
        new("memory_available_bytes", "memoryAvailableBytes", "system.memory.linux.available", ReadingUnit.Bytes,
            "Estimate of what new programs can have without swapping",
            static snapshot => snapshot.Memory?.AvailableBytes, InHistory: false),
        new("memory_buffers_bytes", "memoryBuffersBytes", "system.memory.buffers", ReadingUnit.Bytes,
            "Memory that holds raw disk blocks",
            static snapshot => snapshot.Memory?.BuffersBytes, InHistory: false),
        new("memory_cached_bytes", "memoryCachedBytes", "system.memory.cached", ReadingUnit.Bytes,
            "Memory that holds the content of files",
            static snapshot => snapshot.Memory?.CachedBytes, InHistory: false),
        new("memory_used_ratio", "memoryUsedRatio", "system.memory.utilization", ReadingUnit.Ratio,
            "Share of memory that is not available",
            static snapshot => snapshot.Memory?.UsedRatio, InHistory: true),
        new("swap_total_bytes", "swapTotalBytes", "system.paging.limit", ReadingUnit.Bytes,
            "Swap space",
            static snapshot => snapshot.Memory?.SwapTotalBytes, InHistory: false),
        new("swap_free_bytes", "swapFreeBytes", "system.paging.free", ReadingUnit.Bytes,
            "Swap space used by nothing",
            static snapshot => snapshot.Memory?.SwapFreeBytes, InHistory: false),
        new("uptime_seconds", "uptimeSeconds", "system.uptime", ReadingUnit.Seconds,
            "Time since the kernel started",
            static snapshot => snapshot.Header?.UptimeSeconds, InHistory: false),
        .. OfSections(),
    ];

    private static IEnumerable<ReadingDefinition> OfSections()
    {
        foreach (var section in SectionCatalog.All)
        {
            foreach (var field in section.Fields)
            {
                if (section.EntryLabel is null && field.Kind != FieldKind.Text)
                {
                    yield return ReadingDefinition.Of(field);
                }
            }
        }
    }
}
