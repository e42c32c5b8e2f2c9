using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Displays.Pages;

/// <summary>The node itself: CPU, RAM, disk, temperature, throttling.</summary>
internal static class NodePage
{
    private const int BarLeft = 33;
    private const int BarWidth = 96;

    /// <summary>From here on, a file system takes the only disk bar from the root file system.</summary>
    private const double FullRatio = 0.9;

    private const string RootMount = "/";
    private const int LabelCharacters = 5;

    /// <summary>Draws the page.</summary>
    public static void Draw(Canvas canvas, DisplayContent content)
    {
        var snapshot = content.Snapshot;
        DrawBar(canvas, 1, "CPU", snapshot[CpuSummarySection.UsageRatio]);
        DrawBar(canvas, 12, "RAM", snapshot[MeminfoSection.UsedRatio]);
        var (mount, used) = FindDisk(snapshot);
        DrawBar(canvas, 23, mount is null or RootMount ? "Disk" : PixelFont.Fit(mount, LabelCharacters), used);

        if (snapshot[CpuSummarySection.TemperatureCelsius] is { } celsius)
        {
            canvas.Text(1, 36, $"{celsius:0.0}°C", Colour.FromCpuTemperature(celsius), scale: 2);
        }

        if (snapshot[CpuSummarySection.FrequencyHertz] is { } hertz)
        {
            canvas.TextBefore(canvas.Width - 1, 34, $"{hertz / 1e6:0} MHz", Colour.White);
        }

        if (snapshot[LoadSection.OneMinute] is { } load)
        {
            canvas.TextBefore(canvas.Width - 1, 44, $"load {load:0.00}", Colour.White);
        }

        if (FindThrottling(snapshot, out var isNow) is { } throttling)
        {
            canvas.Text(1, 56, throttling, isNow is null ? Colour.Label : isNow.Value ? Colour.Red : Colour.Amber);
        }

        if (snapshot.Header?.UptimeSeconds is { } seconds)
        {
            canvas.Text(1, 67, "up " + Duration(seconds), Colour.Label);
        }
    }

    /// <summary>Gets the worst throttling condition now, or else since boot.</summary>
    /// <param name="snapshot">The sample.</param>
    /// <param name="isNow">Whether the condition holds now; <see langword="null"/> if there never was one.</param>
    /// <returns><see langword="null"/> if the board does not report throttling.</returns>
    public static string? FindThrottling(NodeSnapshot snapshot, out bool? isNow)
    {
        isNow = null;
        if (snapshot.Section(ThrottledSection.Definition) is not { } section)
        {
            return null;
        }

        string? before = null;
        foreach (var (now, ever, text) in (ReadOnlySpan<(bool, bool, string)>)[
            (Is(ThrottledSection.UndervoltageNow), Is(ThrottledSection.UndervoltageEver), "under-voltage"),
            (Is(ThrottledSection.ThrottledNow), Is(ThrottledSection.ThrottledEver), "throttled"),
            (Is(ThrottledSection.FrequencyCappedNow), Is(ThrottledSection.FrequencyCappedEver), "frequency capped"),
            (Is(ThrottledSection.SoftTemperatureLimitNow), Is(ThrottledSection.SoftTemperatureLimitEver), "too warm"),
        ])
        {
            if (now)
            {
                isNow = true;
                return text + " now";
            }

            before ??= ever ? text + " before" : null;
        }

        isNow = before is null ? null : false;
        return before ?? "never throttled";

        bool Is(Protocol.Catalog.FieldDefinition field) => section[field] is > 0;
    }

    private static void DrawBar(Canvas canvas, int top, string label, double? ratio)
    {
        canvas.Text(1, top, label, Colour.Label);
        if (ratio is not { } share)
        {
            canvas.TextBefore(canvas.Width - 1, top, "-", Colour.Grey);
            return;
        }

        canvas.Bar(BarLeft, top, BarWidth, PixelFont.CapitalHeight, share, Colour.FromUtilisation(share));
        canvas.TextBefore(canvas.Width - 1, top, $"{100 * share:0}%", Colour.White);
    }

    /// <summary>Gets the root file system, or the fullest one if that is nearly full.</summary>
    private static (string? Mount, double? UsedRatio) FindDisk(NodeSnapshot snapshot)
    {
        (string? Mount, double? UsedRatio) found = (null, null);
        var section = snapshot.Section(FilesystemsSection.Definition);
        for (var index = 0; index < (section?.EntryCount ?? 0); index++)
        {
            var entry = section![index];
            var used = entry[FilesystemsSection.UsedRatio];
            if (found.Mount is null || (entry.Name == RootMount && !(found.UsedRatio >= FullRatio))
                || (used >= FullRatio && !(found.UsedRatio >= used)))
            {
                found = (entry.Name, used);
            }
        }

        return found;
    }

    private static string Duration(long seconds)
    {
        var time = TimeSpan.FromSeconds(seconds);
        return time.TotalDays >= 1 ? $"{(int)time.TotalDays} d {time.Hours} h"
            : time.TotalHours >= 1 ? $"{time.Hours} h {time.Minutes} min"
            : $"{time.Minutes} min";
    }
}
