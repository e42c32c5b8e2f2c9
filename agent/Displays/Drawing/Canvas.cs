namespace NodeTelemetry.Agent.Displays.Drawing;

/// <summary>A picture in the colours that small panels have: 16 bits a pixel.</summary>
/// <remarks>What is drawn beyond its edges is left out and counted: text that does not fit is a fault of a page.
/// </remarks>
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

    /// <summary>Gets how many pixels were drawn beyond the edges since <see cref="Clear"/>.</summary>
    public int PixelsOutside { get; private set; }

    /// <summary>Gets the pixels, row by row from the top; <see cref="Colour"/> says how each is written.</summary>
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

    /// <summary>Gets a number that another picture has only by an improbable chance.</summary>
    /// <remarks>Source: FNV-1a of 64 bits, a pixel at a time.</remarks>
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

    /// <summary>Makes all black.</summary>
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

    /// <summary>Draws a bar of which a share is filled.</summary>
    public void Bar(int left, int top, int width, int height, double ratio, ushort colour)
    {
        var filled = (int)Math.Round(width * Math.Clamp(ratio, 0, 1));
        Fill(left, top, width, height, Colour.Shade);
        Fill(left, top, filled, height, colour);
    }

    /// <summary>Writes text to the right of a point.</summary>
    /// <param name="left">Its first column.</param>
    /// <param name="top">The top row of its capital letters.</param>
    /// <param name="text">The text.</param>
    /// <param name="colour">Its colour.</param>
    /// <param name="scale">How many times as large as the font is drawn.</param>
    public void Text(int left, int top, ReadOnlySpan<char> text, ushort colour, int scale = 1)
    {
        foreach (var character in text)
        {
            PixelFont.Draw(this, left, top, character, colour, scale);
            left += PixelFont.Advance * scale;
        }
    }

    /// <summary>Writes text that ends before a column.</summary>
    public void TextBefore(int right, int top, ReadOnlySpan<char> text, ushort colour, int scale = 1) =>
        Text(right - PixelFont.Width(text.Length, scale), top, text, colour, scale);

    /// <summary>Writes text in the middle of the canvas.</summary>
    public void TextCentred(int top, ReadOnlySpan<char> text, ushort colour, int scale = 1) =>
        Text((Width - PixelFont.Width(text.Length, scale)) / 2, top, text, colour, scale);

    /// <summary>Makes all colours darker.</summary>
    /// <param name="divisor">By how much.</param>
    public void Dim(int divisor)
    {
        foreach (ref var pixel in _pixels.AsSpan())
        {
            pixel = Colour.Darker(pixel, divisor);
        }
    }
}
