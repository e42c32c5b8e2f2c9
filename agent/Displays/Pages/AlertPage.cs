using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Displays.Pages;

/// <summary>The alert level of this node, visible from across the room.</summary>
internal static class AlertPage
{
    private static ReadOnlySpan<byte> Tick => [0x01, 0x03, 0x06, 0x8C, 0xD8, 0x70, 0x20, 0x00];

    private static ReadOnlySpan<byte> QuestionMark => [0x3C, 0x66, 0x06, 0x0C, 0x18, 0x18, 0x00, 0x18];

    private static ReadOnlySpan<byte> ExclamationMark => [0x18, 0x18, 0x18, 0x18, 0x18, 0x00, 0x18, 0x18];

    /// <summary>Draws the page.</summary>
    public static void Draw(Canvas canvas, DisplayContent content)
    {
        var colour = Colour.FromAlert(content.Alert, Colour.Grey);
        if (content.Alert is null or AlertLevel.None)
        {
            Matrix.Draw(canvas, content.Alert == AlertLevel.None ? Tick : QuestionMark, colour);
        }
        else if (content.IsBeat)
        {
            canvas.Fill(0, 0, canvas.Width, canvas.Height, colour);
            Matrix.Draw(canvas, ExclamationMark, Colour.Black);
        }
        else
        {
            Matrix.Draw(canvas, ExclamationMark, colour);
        }
    }
}
