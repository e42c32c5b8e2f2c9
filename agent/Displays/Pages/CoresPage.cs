using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Displays.Pages;

/// <summary>A bar for each core. With more cores than columns, neighbours share a bar, which shows the busiest.
/// </summary>
internal static class CoresPage
{
    /// <summary>Draws the page.</summary>
    public static void Draw(Canvas canvas, DisplayContent content)
    {
        if (content.Snapshot.Section(CoreUsageSection.Definition) is not { } cores)
        {
            return;
        }

        var bars = Math.Min(cores.EntryCount, canvas.Width);
        var width = canvas.Width / bars;
        var left = (canvas.Width - (bars * width)) / 2;
        for (var bar = 0; bar < bars; bar++)
        {
            var busiest = 0.0;
            for (var core = bar * cores.EntryCount / bars; core < (bar + 1) * cores.EntryCount / bars; core++)
            {
                busiest = Math.Max(busiest, cores[core][CoreUsageSection.UsageRatio] ?? 0);
            }

            DrawBar(canvas, left + (bar * width), width, busiest);
        }
    }

    /// <summary>The lowest row is always lit, to distinguish an idle core from no core.</summary>
    private static void DrawBar(Canvas canvas, int left, int width, double ratio)
    {
        var rows = (int)Math.Round(ratio * canvas.Height);
        for (var row = 0; row < Math.Max(1, rows); row++)
        {
            var colour = Colour.FromUtilisation((double)row / (canvas.Height - 1));

            // Every other column is darker, to distinguish neighbours.
            colour = rows == 0 || left / width % 2 == 1 ? Colour.Darker(colour, 2) : colour;
            canvas.Fill(left, canvas.Height - 1 - row, width, 1, colour);
        }
    }
}
