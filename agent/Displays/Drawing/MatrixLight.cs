namespace NodeTelemetry.Agent.Displays.Drawing;

/// <summary>How bright the LEDs of a Sense HAT are for a colour, and the colours that dim them.</summary>
/// <remarks>
/// Source: rpisense-fb.c of the Raspberry Pi kernel.
/// Its gamma table converts the five bits of a component to the duty cycle of an LED.
/// The lower fifth is dark, so a colour that is divided by four loses all components but the strongest:
/// amber and red both become a dark red. The duty cycle is divided instead.
/// </remarks>
internal static class MatrixLight
{
    /// <summary>A quarter, at which the colours of the alert levels still differ.</summary>
    private const int DimDivisor = 4;

    /// <summary>Gets the duty cycle, 0 to 31, of each value of a component: the kernel's table.</summary>
    private static ReadOnlySpan<byte> Gamma =>
    [
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x01, 0x02, 0x02, 0x03, 0x03, 0x04, 0x05, 0x06, 0x07,
        0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0E, 0x0F, 0x11, 0x12, 0x14, 0x15, 0x17, 0x19, 0x1B, 0x1D, 0x1F,
    ];

    /// <summary>Gets the duty cycles of the LEDs of a pixel.</summary>
    public static (byte Red, byte Green, byte Blue) GetDuty(ushort colour) =>
        (Gamma[colour >> 11], Gamma[(colour >> 6) & 0x1F], Gamma[colour & 0x1F]);

    /// <summary>Gets the colour with a quarter of the light; what is lit stays lit.</summary>
    public static ushort Dim(ushort colour)
    {
        var (red, green, blue) = GetDuty(colour);
        var brightest = Math.Max(red, Math.Max(green, blue));
        return (ushort)((Invert(red) << 11) | (Invert(green) << 6) | Invert(blue));

        int Invert(byte duty)
        {
            var wanted = (duty + (DimDivisor / 2)) / DimDivisor;
            return Gamma.IndexOf((byte)(duty > 0 && duty == brightest ? Math.Max(1, wanted) : wanted));
        }
    }
}
