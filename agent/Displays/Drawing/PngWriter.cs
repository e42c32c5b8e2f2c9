using System.Buffers.Binary;

namespace NodeTelemetry.Agent.Displays.Drawing;

/// <summary>Writes a canvas as PNG, for viewing without the panel.</summary>
/// <remarks>Source: RFC 2083 (PNG), RFC 1950 (zlib).</remarks>
internal static class PngWriter
{
    private const int BytesPerPixel = RunDeflater.Distance;

    /// <summary>The filter "Up": each row as the difference from the row above, which is zero within a scaled pixel.
    /// </summary>
    private const byte UpFilter = 2;

    private const uint CrcPolynomial = 0xEDB88320;
    private const uint AdlerModulus = 65521;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Writes a picture.</summary>
    /// <param name="canvas">The picture.</param>
    /// <param name="scale">Columns and rows per pixel.</param>
    public static byte[] Write(Canvas canvas, int scale = 1)
    {
        using var output = new MemoryStream();
        output.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, canvas.Width * scale);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], canvas.Height * scale);

        // 8 bits per channel, RGB; the only defined compression, filter and interlace methods.
        header[8] = 8;
        header[9] = 2;
        header[10..].Clear();
        WriteChunk(output, "IHDR"u8, header);
        WriteChunk(output, "IDAT"u8, Compress(Rows(canvas, scale)));
        WriteChunk(output, "IEND"u8, []);
        return output.ToArray();
    }

    /// <summary>Gets the rows, each preceded by its filter type.</summary>
    private static byte[] Rows(Canvas canvas, int scale)
    {
        var rowBytes = 1 + (canvas.Width * scale * BytesPerPixel);
        var rows = new byte[rowBytes * canvas.Height * scale];
        for (var y = 0; y < canvas.Height * scale; y++)
        {
            var row = rows.AsSpan(y * rowBytes, rowBytes);
            row[0] = UpFilter;
            if (y % scale == 0)
            {
                WriteRow(canvas, y / scale, scale, row[1..]);
            }
        }

        return rows;
    }

    private static void WriteRow(Canvas canvas, int y, int scale, Span<byte> row)
    {
        for (var x = 0; x < canvas.Width * scale; x++)
        {
            var (red, green, blue) = Colour.ToRgb(canvas[x / scale, y]);
            var above = y == 0 ? (Red: 0, Green: 0, Blue: 0) : Colour.ToRgb(canvas[x / scale, y - 1]);
            row[x * BytesPerPixel] = (byte)(red - above.Red);
            row[(x * BytesPerPixel) + 1] = (byte)(green - above.Green);
            row[(x * BytesPerPixel) + 2] = (byte)(blue - above.Blue);
        }
    }

    /// <summary>Creates a zlib stream.</summary>
    private static byte[] Compress(ReadOnlySpan<byte> content)
    {
        using var output = new MemoryStream();

        // Deflate with a 32 KiB window, and check bits that make the header a multiple of 31.
        output.Write([0x78, 0x01]);
        new RunDeflater(output).Write(content);
        WriteBigEndian(output, Adler(content));
        return output.ToArray();
    }

    private static void WriteChunk(MemoryStream output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        WriteBigEndian(output, (uint)content.Length);
        output.Write(type);
        output.Write(content);
        WriteBigEndian(output, ~Crc(Crc(uint.MaxValue, type), content));
    }

    private static void WriteBigEndian(MemoryStream output, uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        output.Write(bytes);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ CrcPolynomial;
            }
        }

        return crc;
    }

    private static uint Adler(ReadOnlySpan<byte> bytes)
    {
        var (low, high) = (1u, 0u);
        foreach (var value in bytes)
        {
            low = (low + value) % AdlerModulus;
            high = (high + low) % AdlerModulus;
        }

        return (high << 16) | low;
    }
}
