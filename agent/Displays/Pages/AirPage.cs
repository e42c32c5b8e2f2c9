using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Displays.Pages;

/// <summary>Whole degrees of the air or, if no sensor measures it, of the CPU; below them a bar for relative humidity.
/// </summary>
internal static class AirPage
{
    private const int DigitWidth = 3;
    private const int DigitHeight = 5;
    private const int DigitsTop = 1;

    /// <summary>There is room for two digits.</summary>
    private const int DegreesMax = 99;

    /// <summary>Five rows of three bits, from the top.</summary>
    private static ReadOnlySpan<ushort> Digits =>
    [
        0b111_101_101_101_111, 0b010_110_010_010_111, 0b111_001_111_100_111, 0b111_001_011_001_111,
        0b101_101_111_001_001, 0b111_100_111_001_111, 0b111_100_111_101_111, 0b111_001_010_010_010,
        0b111_101_111_101_111, 0b111_101_111_001_111,
    ];

    /// <summary>Draws the page.</summary>
    public static void Draw(Canvas canvas, DisplayContent content)
    {
        var isFull = false;
        if (DisplayedTemperature.Find(content.Snapshot) is { } shown)
        {
            var degrees = (int)Math.Round(Math.Abs(shown.Celsius), MidpointRounding.AwayFromZero);
            var isBelowZero = shown.Celsius < 0 && degrees > 0;
            isFull = isBelowZero && degrees > 9;
            DrawDegrees(canvas, Math.Min(degrees, DegreesMax), isBelowZero, shown.Colour);
        }

        if (!isFull && SensorValue.Find(content.Snapshot, SensorsSection.HumidityRatio) is { } humidity)
        {
            var share = humidity[SensorsSection.HumidityRatio]!.Value;
            canvas.Bar(0, canvas.Height - 1, canvas.Width, 1, share, Colour.Blue);
        }
    }

    /// <summary>The minus sign is in front of one digit, but above two, for lack of room.</summary>
    private static void DrawDegrees(Canvas canvas, int degrees, bool isBelowZero, ushort colour)
    {
        var (tens, ones) = Math.DivRem(degrees, 10);
        var top = DigitsTop + (isBelowZero && tens > 0 ? 1 : 0);
        if (tens > 0)
        {
            DrawDigit(canvas, 0, top, tens, colour);
        }

        DrawDigit(canvas, tens > 0 || isBelowZero ? DigitWidth + 1 : 2, top, ones, colour);
        if (isBelowZero)
        {
            canvas.Fill(0, tens > 0 ? 0 : top + (DigitHeight / 2), DigitWidth, 1, colour);
        }
    }

    private static void DrawDigit(Canvas canvas, int left, int top, int digit, ushort colour)
    {
        for (var index = 0; index < DigitWidth * DigitHeight; index++)
        {
            if ((Digits[digit] >> ((DigitWidth * DigitHeight) - 1 - index) & 1) != 0)
            {
                canvas[left + (index % DigitWidth), top + (index / DigitWidth)] = colour;
            }
        }
    }
}
