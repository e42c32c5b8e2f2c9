using NodeTelemetry.Agent.Displays.Drawing;

namespace NodeTelemetry.Agent.Displays.Pages;

/// <summary>A heart that beats while the agent runs, in the colour of the alert level.</summary>
internal static class HeartbeatPage
{
    /// <summary>A bit per pixel, row by row; the leftmost pixel is the highest bit.</summary>
    private static ReadOnlySpan<byte> Heart => [0x66, 0xFF, 0xFF, 0xFF, 0x7E, 0x3C, 0x18, 0x00];

    private static ReadOnlySpan<byte> SmallHeart => [0x00, 0x24, 0x7E, 0x7E, 0x3C, 0x18, 0x00, 0x00];

    /// <summary>Draws the page.</summary>
    public static void Draw(Canvas canvas, DisplayContent content)
    {
        var colour = Colour.FromAlert(content.Alert, Colour.Blue);
        Matrix.Draw(canvas, content.IsBeat ? Heart : SmallHeart, content.IsBeat ? colour : Colour.Darker(colour, 2));
    }
}
