using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Displays.Pages;

/// <summary>Host name, addresses and alert level of this node.</summary>
internal static class NetworkPage
{
    private const int LargeCharacters = 13;
    private const int SmallCharacters = 26;
    private const int LineHeight = 11;
    private const int AddressesTop = 22;

    /// <summary>The top of the alert level, below three lines of addresses.</summary>
    private const int AlertTop = 57;

    /// <summary>Draws the page.</summary>
    public static void Draw(Canvas canvas, DisplayContent content)
    {
        var hostname = content.Snapshot.Hostname;
        if (hostname.Length <= LargeCharacters)
        {
            canvas.Text(1, 2, hostname, Colour.White, scale: 2);
        }
        else
        {
            var first = Math.Min(hostname.Length, SmallCharacters);
            canvas.Text(1, 0, hostname.AsSpan(0, first), Colour.White);
            canvas.Text(1, 10, PixelFont.Fit(hostname[first..], SmallCharacters), Colour.White);
        }

        var top = AddressesTop;
        foreach (var address in content.About?.Addresses ?? ["no address"])
        {
            // Half an address is useless.
            var lines = address.Length > SmallCharacters ? 2 : 1;
            if (top + (lines * LineHeight) > AlertTop || address.Length > 2 * SmallCharacters)
            {
                continue;
            }

            // Only IPv6 addresses are this long; break them between two groups.
            var first = lines == 1 ? address.Length
                : Math.Max(address.LastIndexOf(':', SmallCharacters - 1) + 1, address.Length - SmallCharacters);
            canvas.Text(1, top, address.AsSpan(0, first), Colour.Label);
            canvas.TextBefore(canvas.Width - 1, top + LineHeight, address.AsSpan(first), Colour.Label);
            top += lines * LineHeight;
        }

        var text = content.Alert switch
        {
            AlertLevel.None => "all is well",
            AlertLevel.Warning => "WARNING",
            AlertLevel.Critical => "CRITICAL",
            _ => "no collector",
        };
        var colour = Colour.FromAlert(content.Alert, Colour.Shade);
        canvas.Fill(0, AlertTop, canvas.Width, 19, colour);
        var scale = text.Length <= LargeCharacters ? 2 : 1;
        canvas.TextCentred(
            AlertTop + (scale == 2 ? 3 : 6), text, colour == Colour.Shade ? Colour.Label : Colour.Black, scale);
    }
}
