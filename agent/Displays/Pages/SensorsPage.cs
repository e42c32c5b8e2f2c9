using NodeTelemetry.Agent.Displays.Drawing;

namespace NodeTelemetry.Agent.Displays.Pages;

/// <summary>The values of all sensors, in large digits if there are few.</summary>
internal static class SensorsPage
{
    private const int ColumnCount = 2;
    private const int RightColumn = 82;
    private const int LineBetween = 79;

    /// <summary>Three rows of two.</summary>
    private const int LargeCountMax = 6;

    private const int LargeRowHeight = 26;

    /// <summary>Seven rows of two.</summary>
    private const int SmallCountMax = 14;

    private const int SmallRowHeight = 11;
    private const int RowsHeight = 76;

    /// <summary>Characters between the two edges of a column.</summary>
    private const int SmallCharacters = 13;

    /// <summary>Draws the page.</summary>
    public static void Draw(Canvas canvas, DisplayContent content)
    {
        var values = SensorValue.List(content.Snapshot);
        if (values.Count == 0)
        {
            canvas.TextCentred(18, "no sensors", Colour.White, scale: 2);
            canvas.TextCentred(45, "nodetelemetry-agent doctor", Colour.Label);
            canvas.TextCentred(57, "shows what is missing", Colour.Label);
            return;
        }

        canvas.Fill(LineBetween, 0, 1, RowsHeight, Colour.Shade);
        for (var index = 0; index < Math.Min(values.Count, SmallCountMax); index++)
        {
            // Fill the left column first, to keep related values together.
            var rows = (values.Count + 1) / ColumnCount;
            var left = index < rows ? 0 : RightColumn;
            if (values.Count <= LargeCountMax)
            {
                DrawLarge(canvas, left, index % rows * LargeRowHeight, values[index]);
            }
            else
            {
                DrawSmall(canvas, left, 1 + (index % rows * SmallRowHeight), values[index]);
            }
        }
    }

    private static void DrawLarge(Canvas canvas, int left, int top, SensorValue value)
    {
        canvas.Text(left, top + 1, $"{value.Name} {value.State ?? value.Unit}", Colour.Label);
        canvas.Text(left, top + 10, value.Text, value.Colour, scale: 2);
    }

    private static void DrawSmall(Canvas canvas, int left, int top, SensorValue value)
    {
        var right = left + PixelFont.Width(SmallCharacters, scale: 1);
        var room = SmallCharacters - value.Label.Length - 1 - value.Text.Length;
        var unit = value.State ?? value.Unit;
        unit = unit.Length < room ? " " + unit : unit.Length == room && value.State is null ? unit : "";
        canvas.Text(left, top, value.Label, Colour.Label);
        canvas.TextBefore(right, top, value.Text + unit, value.Colour);
    }
}
