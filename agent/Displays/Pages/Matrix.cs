using NodeTelemetry.Agent.Displays.Drawing;

namespace NodeTelemetry.Agent.Displays.Pages;

/// <summary>Signs of 8 by 8 pixels.</summary>
internal static class Matrix
{
    /// <summary>Draws a sign.</summary>
    /// <param name="canvas">Where to.</param>
    /// <param name="sign">A byte for each row, the leftmost pixel being the highest bit.</param>
    /// <param name="colour">Its colour; what is not set stays as it is.</param>
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
