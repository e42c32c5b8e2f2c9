using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Displays.Drawing;

/// <summary>RGB565 colours, as small panels and their framebuffers use them.</summary>
internal static class Colour
{
    /// <summary>Text and values.</summary>
    public const ushort White = 0xFFFF;

    /// <summary>Labels of values.</summary>
    public const ushort Label = 0x9CF3;

    /// <summary>Unreliable values.</summary>
    public const ushort Grey = 0x7BCF;

    /// <summary>The empty part of a bar, and grid lines.</summary>
    public const ushort Shade = 0x2945;

    /// <summary>No alert.</summary>
    public const ushort Green = 0x3E8A;

    /// <summary>Warning.</summary>
    public const ushort Amber = 0xFD60;

    /// <summary>Critical.</summary>
    public const ushort Red = 0xF9E7;

    /// <summary>Cold, and minimum values.</summary>
    public const ushort Blue = 0x5D7F;

    /// <summary>Black.</summary>
    public const ushort Black = 0;

    /// <summary>Colours of room temperatures, interpolated in between.</summary>
    private static readonly (double Celsius, ushort Colour)[] RoomColours =
        [(0, 0x5D7F), (18, 0x5F3C), (22, 0x6F29), (26, 0xFEA0), (32, 0xF9E7)];

    /// <summary>Colours of CPU temperatures; CPUs throttle at 80 to 85 °C.</summary>
    private static readonly (double Celsius, ushort Colour)[] CpuColours =
        [(40, 0x3E8A), (60, 0x6F29), (70, 0xFEA0), (80, 0xF9E7)];

    /// <summary>Packs three components of 8 bits.</summary>
    public static ushort FromRgb(int red, int green, int blue) =>
        (ushort)(((red & 0xF8) << 8) | ((green & 0xFC) << 3) | (blue >> 3));

    /// <summary>Unpacks a colour into components from 0 to 255.</summary>
    public static (byte Red, byte Green, byte Blue) ToRgb(ushort colour)
    {
        var (red, green, blue) = (colour >> 11, (colour >> 5) & 0x3F, colour & 0x1F);
        return (
            (byte)((red << 3) | (red >> 2)),
            (byte)((green << 2) | (green >> 4)),
            (byte)((blue << 3) | (blue >> 2)));
    }

    /// <summary>Divides the brightness of a colour.</summary>
    public static ushort Darker(ushort colour, int divisor) =>
        (ushort)((((colour >> 11) / divisor) << 11) | ((((colour >> 5) & 0x3F) / divisor) << 5)
            | ((colour & 0x1F) / divisor));

    /// <summary>Gets the colour of an air temperature.</summary>
    public static ushort FromRoomTemperature(double celsius) => Between(RoomColours, celsius);

    /// <summary>Gets the colour of a CPU temperature.</summary>
    public static ushort FromCpuTemperature(double celsius) => Between(CpuColours, celsius);

    /// <summary>Gets the colour of a utilisation from 0 to 1.</summary>
    public static ushort FromUtilisation(double ratio) => ratio < 0.75 ? Green : ratio < 0.9 ? Amber : Red;

    /// <summary>Gets the colour of an alert level.</summary>
    /// <param name="alert">The alert level.</param>
    /// <param name="unknown">The colour if no collector reports a level.</param>
    public static ushort FromAlert(AlertLevel? alert, ushort unknown) => alert switch
    {
        AlertLevel.None => Green,
        AlertLevel.Warning => Amber,
        AlertLevel.Critical => Red,
        _ => unknown,
    };

    private static ushort Between((double Celsius, ushort Colour)[] scale, double celsius)
    {
        var index = 0;
        while (index < scale.Length - 1 && celsius > scale[index + 1].Celsius)
        {
            index++;
        }

        if (index == scale.Length - 1 || celsius <= scale[0].Celsius)
        {
            return scale[index].Colour;
        }

        var share = (celsius - scale[index].Celsius) / (scale[index + 1].Celsius - scale[index].Celsius);
        var (low, high) = (ToRgb(scale[index].Colour), ToRgb(scale[index + 1].Colour));
        return FromRgb(
            Mix(low.Red, high.Red, share), Mix(low.Green, high.Green, share), Mix(low.Blue, high.Blue, share));
    }

    private static int Mix(byte low, byte high, double share) => (int)Math.Round(low + ((high - low) * share));
}
