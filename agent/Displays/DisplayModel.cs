using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.Agent.Displays.Pages;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Displays;

/// <summary>A kind of display: its size, its pages, its pace.</summary>
/// <param name="Name">Its name, as the option <c>--display</c> has it.</param>
/// <param name="Width">Its columns as it is mounted.</param>
/// <param name="Height">Its rows.</param>
/// <param name="Period">How often it is drawn.</param>
/// <param name="Pages">Its pages in the order in which they are shown.</param>
internal sealed record DisplayModel(string Name, int Width, int Height, TimeSpan Period, IReadOnlyList<Page> Pages)
{
    /// <summary>Gets the LCD of Pimoroni's Enviro and Enviro+. A frame takes 21 ms on the wire, and nothing on it
    /// changes more often than the samples.</summary>
    public static DisplayModel Enviro { get; } = new("enviro", 160, 80, TimeSpan.FromSeconds(1),
    [
        new("temperature", TemperaturePage.Draw),
        new("sensors", SensorsPage.Draw),
        new("node", NodePage.Draw),
        new("network", NetworkPage.Draw) { TellsAlerts = true },
    ]);

    /// <summary>Gets the LED matrix of the Sense HAT. Its heart beats.</summary>
    public static DisplayModel SenseHat { get; } = new("sense-hat", 8, 8, TimeSpan.FromMilliseconds(500),
    [
        new("heartbeat", HeartbeatPage.Draw),
        new("cores", CoresPage.Draw),
        new("air", AirPage.Draw),
        new("alert", AlertPage.Draw) { TellsAlerts = true, IsOnlyForAlerts = true },
    ]);

    /// <summary>Gets all kinds.</summary>
    public static IReadOnlyList<DisplayModel> All { get; } = [Enviro, SenseHat];

    /// <summary>Draws a page, and on a panel that has room for it which of them it is.</summary>
    public void Draw(Canvas canvas, Page page, DisplayContent content)
    {
        canvas.Clear();
        page.Draw(canvas, content);
        if (Height > StripRoomMin)
        {
            DrawStrip(canvas, page, content.Alert);
        }
    }

    private const int StripRoomMin = 16;
    private const int StripHeight = 2;

    private void DrawStrip(Canvas canvas, Page page, AlertLevel? alert)
    {
        var width = Width / Pages.Count;
        for (var index = 0; index < Pages.Count; index++)
        {
            var colour = Pages[index] == page ? Colour.OfAlert(alert, Colour.Label) : Colour.Shade;
            canvas.Fill((index * width) + 1, Height - StripHeight, width - 2, StripHeight, colour);
        }
    }
}
