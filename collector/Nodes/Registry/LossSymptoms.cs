using System.Globalization;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.Registry;

/// <summary>What the last sample of a lost node suggests about the cause.</summary>
/// <remarks>A symptom is a reading beyond a limit; the last readings are reported in any case.</remarks>
internal static class LossSymptoms
{
    /// <summary>Boards throttle at 80 to 85 °C.</summary>
    private const double HotCelsius = 80;

    /// <summary>With less memory available a node swaps, or its kernel kills processes.</summary>
    private const double MemoryAvailableRatioMin = 0.05;

    /// <summary>With more runnable tasks per core a node makes no progress.</summary>
    private const double LoadPerCoreMax = 5;

    /// <summary>A link that loses a tenth of the samples is about to fail.</summary>
    private const double LossRatioMax = 0.1;

    /// <summary>A fuller file system makes programs fail.</summary>
    private const double DiskUsedRatioMax = 0.98;

    /// <summary>Finds the symptoms, worst first.</summary>
    public static IReadOnlyList<string> Find(NodeStatus status)
    {
        var symptoms = new List<string>();
        var readings = status.Readings;
        AddPower(symptoms, readings);
        if (readings[CpuSummarySection.TemperatureCelsius] is { } celsius and >= HotCelsius)
        {
            symptoms.Add(Text($"{celsius:0.0} °C"));
        }

        AddMemory(symptoms, readings);
        if (readings.Section(MemorySection.Definition)?[MemorySection.OomKills] is { } kills and > 0)
        {
            symptoms.Add(Text($"{kills:0} OOM kills since boot"));
        }

        AddDisks(symptoms, readings);
        if (readings[LoadSection.OneMinute] is { } load && status.About?.CoreCount is > 0 and { } cores
            && load / cores > LoadPerCoreMax)
        {
            symptoms.Add(Text($"load {load:0.0} on {cores} cores"));
        }

        if (LossRatio(status) is { } loss and >= LossRatioMax)
        {
            symptoms.Add(Text($"{loss * 100:0} % of its samples lost in transit"));
        }

        if (status.IsMulticastLost)
        {
            symptoms.Add("multicast lost");
        }

        return symptoms;
    }

    /// <summary>Gets the last readings by API name.</summary>
    public static IReadOnlyDictionary<string, double>? LastReadings(NodeStatus status)
    {
        var last = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var reading in ReadingCatalog.Scalars)
        {
            if (status.Readings[reading] is { } value)
            {
                last[reading.ApiName] = value;
            }
        }

        if (LossRatio(status) is { } loss)
        {
            last["lossRatio"] = Math.Round(loss, 4);
        }

        return last.Count == 0 ? null : last;
    }

    private static void AddPower(List<string> symptoms, NodeSnapshot readings)
    {
        if (readings.Section(ThrottledSection.Definition) is not { } throttled)
        {
            return;
        }

        if (throttled[ThrottledSection.UndervoltageNow] is 1)
        {
            symptoms.Add("under-voltage");
        }
        else if (throttled[ThrottledSection.UndervoltageEver] is 1)
        {
            symptoms.Add("under-voltage since boot");
        }

        if (throttled[ThrottledSection.ThrottledNow] is 1)
        {
            symptoms.Add("throttled");
        }
    }

    private static void AddDisks(List<string> symptoms, NodeSnapshot readings)
    {
        var disks = readings.Section(FilesystemsSection.Definition);
        for (var index = 0; index < (disks?.EntryCount ?? 0); index++)
        {
            var disk = disks![index];
            if (disk.Name == "/" && disk[FilesystemsSection.ReadOnly] is 1)
            {
                symptoms.Add($"{disk.Name} read-only");
            }

            if (disk[FilesystemsSection.UsedRatio] is { } used and >= DiskUsedRatioMax)
            {
                symptoms.Add(Text($"{disk.Name} {used * 100:0} % full"));
            }
        }
    }

    private static void AddMemory(List<string> symptoms, NodeSnapshot readings)
    {
        if (readings[MeminfoSection.AvailableBytes] is { } available
            && readings[MeminfoSection.TotalBytes] is > 0 and { } total
            && available / total < MemoryAvailableRatioMin)
        {
            symptoms.Add(Text($"{(long)available >> 20} of {(long)total >> 20} MiB memory available"));
        }
    }

    private static double? LossRatio(NodeStatus status) =>
        status.Header is null || status.Received == 0
            ? null
            : (double)status.Missed / (status.Missed + status.Received);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
