namespace NodeTelemetry.Agent.Displays.Drawing;

/// <summary>A bitmap with 16 bits per pixel, the format of small panels.</summary>
/// <remarks>Pixels beyond the edges are clipped and counted: text that does not fit is a bug in a page.</remarks>
internal sealed class Canvas
{
    private readonly ushort[] _pixels;

    /// <summary>Initializes a new instance of the <see cref="Canvas"/> class, all black.</summary>
    public Canvas(int width, int height)
    {
        Width = width;
        Height = height;
        _pixels = new ushort[width * height];
    }

    /// <summary>Gets the number of columns.</summary>
    public int Width { get; }

    /// <summary>Gets the number of rows.</summary>
    public int Height { get; }

    /// <summary>Gets the number of pixels clipped since <see cref="Clear"/>.</summary>
    public int PixelsOutside { get; private set; }

    /// <summary>Gets the pixels, row by row from the top, in the format of <see cref="Colour"/>.</summary>
    public ReadOnlySpan<ushort> Pixels => _pixels;

    /// <summary>Gets or sets one pixel.</summary>
    public ushort this[int x, int y]
    {
        get => _pixels[(y * Width) + x];
        set
        {
            if ((uint)x < (uint)Width && (uint)y < (uint)Height)
            {
                _pixels[(y * Width) + x] = value;
            }
            else
            {
                PixelsOutside++;
            }
        }
    }

    /// <summary>Gets a hash of the pixels: 64-bit FNV-1a over whole pixels.</summary>
    public ulong Fingerprint
    {
        get
        {
            var hash = 0xCBF29CE484222325;
            foreach (var pixel in _pixels)
            {
                hash = (hash ^ pixel) * 0x100000001B3;
            }

            return hash;
        }
    }

    /// <summary>Fills the canvas with black.</summary>
    public void Clear()
    {
        Array.Clear(_pixels);
        PixelsOutside = 0;
    }

    /// <summary>Fills a rectangle.</summary>
    public void Fill(int left, int top, int width, int height, ushort colour)
    {
        for (var y = top; y < top + height; y++)
        {
            for (var x = left; x < left + width; x++)
            {
                this[x, y] = colour;
            }
        }
    }

    /// <summary>Draws a bar that is filled to a ratio.</summary>
    public void Bar(int left, int top, int width, int height, double ratio, ushort colour)
    {
        var filled = (int)Math.Round(width * Math.Clamp(ratio, 0, 1));
        Fill(left, top, width, height, Colour.Shade);
        Fill(left, top, filled, height, colour);
    }

    /// <summary>Draws left-aligned text.</summary>
    /// <param name="left">The first column.</param>
    /// <param name="top">The top row of capital letters.</param>
    /// <param name="text">The text.</param>
    /// <param name="colour">The colour.</param>
    /// <param name="scale">The magnification of the font.</param>
    public void Text(int left, int top, ReadOnlySpan<char> text, ushort colour, int scale = 1)
    {
        foreach (var character in text)
        {
            PixelFont.Draw(this, left, top, character, colour, scale);
            left += PixelFont.Advance * scale;
        }
    }

    /// <summary>Draws right-aligned text, which ends before a column.</summary>
    public void TextBefore(int right, int top, ReadOnlySpan<char> text, ushort colour, int scale = 1) =>
        Text(right - PixelFont.Width(text.Length, scale), top, text, colour, scale);

    /// <summary>Draws horizontally centred text.</summary>
    public void TextCentred(int top, ReadOnlySpan<char> text, ushort colour, int scale = 1) =>
        Text((Width - PixelFont.Width(text.Length, scale)) / 2, top, text, colour, scale);

    /// <summary>Divides the brightness of all pixels.</summary>
    public void Dim(int divisor)
    {
        foreach (ref var pixel in _pixels.AsSpan())
        {
            pixel = Colour.Darker(pixel, divisor);
        }
    }

    /// <summary>Dims the LEDs of a Sense HAT.</summary>
    public void DimMatrix()
    {
        foreach (ref var pixel in _pixels.AsSpan())
        {
            pixel = MatrixLight.Dim(pixel);
        }
    }
}
