using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Displays.Drawing;

/// <summary>Colours of 16 bits: five of red, six of green, five of blue, as small panels and their framebuffers have
/// them.</summary>
internal static class Colour
{
    /// <summary>Text and values.</summary>
    public const ushort White = 0xFFFF;

    /// <summary>What names a value.</summary>
    public const ushort Label = 0x9CF3;

    /// <summary>Values that are not to be believed.</summary>
    public const ushort Grey = 0x7BCF;

    /// <summary>The empty part of a bar, and lines behind a graph.</summary>
    public const ushort Shade = 0x2945;

    /// <summary>All is well.</summary>
    public const ushort Green = 0x3E8A;

    /// <summary>A person should look.</summary>
    public const ushort Amber = 0xFD60;

    /// <summary>A person must act.</summary>
    public const ushort Red = 0xF9E7;

    /// <summary>Cold, and the least of something.</summary>
    public const ushort Blue = 0x5D7F;

    /// <summary>Black.</summary>
    public const ushort Black = 0;

    /// <summary>Temperatures of a room with their colours; in between they are mixed.</summary>
    private static readonly (double Celsius, ushort Colour)[] Room =
        [(0, 0x5D7F), (18, 0x5F3C), (22, 0x6F29), (26, 0xFEA0), (32, 0xF9E7)];

    /// <summary>The same of a processor, which throttles at 80 to 85 °C.</summary>
    private static readonly (double Celsius, ushort Colour)[] Processor =
        [(40, 0x3E8A), (60, 0x6F29), (70, 0xFEA0), (80, 0xF9E7)];

    /// <summary>Makes a colour of three parts of 8 bits.</summary>
    public static ushort FromRgb(int red, int green, int blue) =>
        (ushort)(((red & 0xF8) << 8) | ((green & 0xFC) << 3) | (blue >> 3));

    /// <summary>Splits a colour into parts of 8 bits, full being 255.</summary>
    public static (byte Red, byte Green, byte Blue) ToRgb(ushort colour)
    {
        var (red, green, blue) = (colour >> 11, (colour >> 5) & 0x3F, colour & 0x1F);
        return (
            (byte)((red << 3) | (red >> 2)),
            (byte)((green << 2) | (green >> 4)),
            (byte)((blue << 3) | (blue >> 2)));
    }

    /// <summary>Divides the light of a colour.</summary>
    public static ushort Darker(ushort colour, int divisor) =>
        (ushort)((((colour >> 11) / divisor) << 11) | ((((colour >> 5) & 0x3F) / divisor) << 5)
            | ((colour & 0x1F) / divisor));

    /// <summary>Gets the colour of the air's temperature.</summary>
    public static ushort OfRoom(double celsius) => Between(Room, celsius);

    /// <summary>Gets the colour of a processor's temperature.</summary>
    public static ushort OfProcessor(double celsius) => Between(Processor, celsius);

    /// <summary>Gets the colour of a share that should not become 1.</summary>
    public static ushort OfUse(double ratio) => ratio < 0.75 ? Green : ratio < 0.9 ? Amber : Red;

    /// <summary>Gets the colour of what the collector says.</summary>
    /// <param name="alert">What it says.</param>
    /// <param name="unknown">The colour of a collector that says nothing.</param>
    public static ushort OfAlert(AlertLevel? alert, ushort unknown) => alert switch
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
