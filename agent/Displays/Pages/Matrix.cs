using NodeTelemetry.Agent.Displays.Drawing;

namespace NodeTelemetry.Agent.Displays.Pages;

/// <summary>Symbols of 8 by 8 pixels.</summary>
internal static class Matrix
{
    /// <summary>Draws the set pixels of a symbol; the others stay unchanged.</summary>
    /// <param name="canvas">The canvas.</param>
    /// <param name="sign">A byte per row; the leftmost pixel is the highest bit.</param>
    /// <param name="colour">The colour.</param>
    public static void Draw(Canvas canvas, ReadOnlySpan<byte> sign, ushort colour)
    {
        for (var y = 0; y < sign.Length; y++)
        {
            for (var x = 0; x < 8; x++)
            {
                if ((sign[y] & (0x80 >> x)) != 0)
                {
                    canvas[x, y] = colour;
                }
            }
        }
    }
}
