using NodeTelemetry.Agent.Displays.Drawing;

namespace NodeTelemetry.Agent.Displays.Pages;

/// <summary>The current temperature and a graph of the last hours.</summary>
internal static class TemperaturePage
{
    private const int GraphTop = 38;
    private const int GraphHeight = 37;
    private const int ValueTop = 11;
    private const int ValueScale = 3;
    private const int UnitScale = 2;
    private const int SourceCharacters = 20;

    /// <summary>The minimum range of the axis, so that noise stays small.</summary>
    private const double SpreadMin = 2;

    /// <summary>Draws the page.</summary>
    public static void Draw(Canvas canvas, DisplayContent content)
    {
        canvas.TextBefore(canvas.Width - 1, 1, $"{content.Time.Hour:00}:{content.Time.Minute:00}", Colour.White);
        if (DisplayedTemperature.Find(content.Snapshot) is not { } shown)
        {
            canvas.TextCentred(16, "no temperature", Colour.Grey);
            return;
        }

        var source = shown.State is null ? shown.Source : $"{shown.Source}, {shown.State}";
        canvas.Text(1, 1, PixelFont.Fit(source, SourceCharacters), Colour.Label);
        var text = $"{shown.Celsius:0.0}";
        canvas.Text(1, ValueTop, text, shown.Colour, ValueScale);
        canvas.Text(4 + PixelFont.Width(text.Length, ValueScale), ValueTop, "°C", shown.Colour, UnitScale);
        if (content.History.IsAir == shown.IsAir)
        {
            DrawGraph(canvas, content.History, shown);
        }
    }

    private static void DrawGraph(Canvas canvas, TemperatureHistory history, DisplayedTemperature shown)
    {
        var points = history.Points;
        if (points.IsEmpty)
        {
            return;
        }

        var (least, greatest) = points[0];
        foreach (var point in points)
        {
            (least, greatest) = (Math.Min(least, point.Least), Math.Max(greatest, point.Greatest));
        }

        canvas.TextBefore(canvas.Width - 1, 10, $"↑{greatest:0.0}", Colour.Amber);
        canvas.TextBefore(canvas.Width - 1, 19, $"↓{least:0.0}", Colour.Blue);
        canvas.TextBefore(canvas.Width - 1, 28, Covered(history.Covered), Colour.Label);

        var margin = Math.Max(0, SpreadMin - (greatest - least)) / 2;
        var (low, high) = (least - margin, greatest + margin);
        canvas.Fill(0, GraphTop, canvas.Width, 1, Colour.Shade);
        canvas.Fill(0, GraphTop + GraphHeight - 1, canvas.Width, 1, Colour.Shade);
        var left = canvas.Width - points.Length;
        for (var index = 0; index < points.Length; index++)
        {
            var (top, bottom) = (GetRow(points[index].Greatest, low, high), GetRow(points[index].Least, low, high));
            var middle = (points[index].Greatest + points[index].Least) / 2;

            // At least two pixels: one is barely visible on a panel with rows of a seventh of a millimetre.
            canvas.Fill(
                left + index,
                Math.Min(top, GraphTop + GraphHeight - 2),
                1,
                Math.Max(2, bottom - top + 1),
                shown.GetColour(middle));
        }
    }

    private static int GetRow(double value, double low, double high) =>
        GraphTop + (int)Math.Round((high - value) / (high - low) * (GraphHeight - 2));

    private static string Covered(TimeSpan time) =>
        time.TotalHours >= 2 ? $"{Math.Round(time.TotalHours):0} h" : $"{Math.Ceiling(time.TotalMinutes):0} min";
}
