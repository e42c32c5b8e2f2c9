using System.Buffers.Binary;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Displays.Drawing;

namespace NodeTelemetry.Agent.Displays.Panels;

/// <summary>A panel with a kernel driver: the Sense HAT's matrix, or an Enviro's LCD by <c>mipi-dbi-spi</c>.</summary>
/// <remarks>16 bits per pixel, little-endian. A landscape picture is rotated for a portrait panel,
/// as in <see cref="St7735Panel"/>.</remarks>
/// <param name="framebuffer">The panel.</param>
/// <param name="calls">The kernel.</param>
internal sealed class FramebufferPanel(Framebuffer framebuffer, IDeviceCalls calls) : IPanel
{
    private const int BitsPerPixel = 16;

    /// <summary>Gets whether a framebuffer has the size of a picture, in either orientation.</summary>
    public static bool Fits(Framebuffer framebuffer, int width, int height) =>
        (framebuffer.Width == width && framebuffer.Height == height)
        || (framebuffer.Width == height && framebuffer.Height == width);

    /// <inheritdoc/>
    public string? Show(Canvas? picture)
    {
        if (framebuffer.BitsPerPixel != BitsPerPixel)
        {
            return $"{framebuffer.Path}: {framebuffer.BitsPerPixel} bits per pixel instead of {BitsPerPixel}; remove "
                + "the colour depth parameter from the overlay's line in config.txt";
        }

        return PanelProblem.Describe(
            framebuffer.Write(calls, (row, y) => WriteRow(picture, row, y)), framebuffer.Path, "video");
    }

    /// <inheritdoc/>
    public void Dispose() => Show(picture: null);

    private void WriteRow(Canvas? picture, Span<byte> row, int y)
    {
        for (var x = 0; x < framebuffer.Width; x++)
        {
            var pixel = picture is null ? Colour.Black
                : framebuffer.Width == picture.Width ? picture[x, y]
                : picture[y, picture.Height - 1 - x];
            BinaryPrimitives.WriteUInt16LittleEndian(row[(x * sizeof(ushort))..], pixel);
        }
    }
}
