using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.Agent.Displays.Pages;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Displays;

/// <summary>A display model: size, pages and refresh period.</summary>
/// <param name="Name">The value of the option <c>--display</c>.</param>
/// <param name="Width">Columns, as mounted.</param>
/// <param name="Height">Rows, as mounted.</param>
/// <param name="Period">The time between two frames.</param>
/// <param name="Pages">The pages in display order.</param>
internal sealed record DisplayModel(string Name, int Width, int Height, TimeSpan Period, IReadOnlyList<Page> Pages)
{
    /// <summary>Gets the LCD of Pimoroni's Enviro and Enviro+.
    /// A frame takes 21 ms on the wire, and its content changes only with the samples.</summary>
    public static DisplayModel Enviro { get; } = new("enviro", 160, 80, TimeSpan.FromSeconds(1),
    [
        new("temperature", TemperaturePage.Draw),
        new("sensors", SensorsPage.Draw),
        new("node", NodePage.Draw),
        new("network", NetworkPage.Draw) { ShowsAlerts = true },
    ]);

    /// <summary>Gets the LED matrix of the Sense HAT. Its period is that of the heartbeat.</summary>
    public static DisplayModel SenseHat { get; } = new("sense-hat", 8, 8, TimeSpan.FromMilliseconds(500),
    [
        new("heartbeat", HeartbeatPage.Draw),
        new("cores", CoresPage.Draw),
        new("air", AirPage.Draw),
        new("alert", AlertPage.Draw) { ShowsAlerts = true, IsOnlyForAlerts = true },
    ]);

    /// <summary>Gets all models.</summary>
    public static IReadOnlyList<DisplayModel> All { get; } = [Enviro, SenseHat];

    /// <summary>Draws a page and, if the panel has room, a strip that shows its position among the pages.</summary>
    public void Draw(Canvas canvas, Page page, DisplayContent content)
    {
        canvas.Clear();
        page.Draw(canvas, content);
        if (Height > StripRoomMin)
        {
            DrawStrip(canvas, page, content.Alert);
        }
    }

    /// <summary>Dims a picture.</summary>
    public void Dim(Canvas canvas)
    {
        if (this == SenseHat)
        {
            canvas.DimMatrix();
        }
        else
        {
            canvas.Dim(DimDivisor);
        }
    }

    /// <summary>The divisor of the brightness of a dimmed LCD.</summary>
    private const int DimDivisor = 4;
    private const int StripRoomMin = 16;
    private const int StripHeight = 2;

    private void DrawStrip(Canvas canvas, Page page, AlertLevel? alert)
    {
        var width = Width / Pages.Count;
        for (var index = 0; index < Pages.Count; index++)
        {
            var colour = Pages[index] == page ? Colour.FromAlert(alert, Colour.Label) : Colour.Shade;
            canvas.Fill((index * width) + 1, Height - StripHeight, width - 2, StripHeight, colour);
        }
    }
}
