using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using NodeTelemetry.Agent.Displays.Drawing;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Displays.Drawing;

/// <summary>What is written is read by another reader, which uses the framework's decompression.</summary>
public sealed class PngWriterTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(8, 8, 1)]
    [InlineData(160, 80, 1)]
    [InlineData(160, 80, 3)]
    [InlineData(3, 5, 100)]
    public void A_reader_gets_every_pixel_back(int width, int height, int scale)
    {
        var random = new Random(width + height);
        var canvas = new Canvas(width, height);
        for (var index = 0; index < width * height; index++)
        {
            // Runs and noise.
            var colour = random.Next(3) == 0 ? (ushort)random.Next(65536) : Colour.Black;
            canvas[index % width, index / width] = colour;
        }

        var pixels = Read(PngWriter.Write(canvas, scale), out var columns, out var rows);

        Assert.Equal((width * scale, height * scale), (columns, rows));
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                Assert.Equal(Colour.ToRgb(canvas[x / scale, y / scale]), pixels[(y * columns) + x]);
            }
        }
    }

    [Fact]
    public void A_picture_of_few_colours_is_small() =>
        Assert.InRange(PngWriter.Write(new Canvas(160, 80), scale: 8).Length, 100, 8 * 160 * 8 * 80 * 3 / 50);

    [Fact]
    public void Colours_are_those_of_the_panel()
    {
        // The vendor's examples.
        Assert.Equal(0xF800, Colour.FromRgb(255, 0, 0));
        Assert.Equal(0x07E0, Colour.FromRgb(0, 255, 0));
        Assert.Equal(0x001F, Colour.FromRgb(0, 0, 255));
        Assert.Equal(0x11AA, Colour.FromRgb(18, 52, 86));
        Assert.Equal(0xFC00, Colour.FromRgb(255, 128, 0));
        Assert.Equal(((byte)255, (byte)255, (byte)255), Colour.ToRgb(Colour.White));
    }

    private static (byte Red, byte Green, byte Blue)[] Read(byte[] png, out int width, out int height)
    {
        Assert.Equal<byte>([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        (width, height) = (0, 0);
        using var compressed = new MemoryStream();
        var type = "";
        for (var place = 8; place < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(place));
            type = Encoding.ASCII.GetString(png, place + 4, 4);
            var content = png.AsSpan(place + 8, length);
            Assert.Equal(
                Crc(png.AsSpan(place + 4, length + 4)),
                BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(place + 8 + length)));
            if (type == "IHDR")
            {
                width = BinaryPrimitives.ReadInt32BigEndian(content);
                height = BinaryPrimitives.ReadInt32BigEndian(content[4..]);
                Assert.Equal<byte>([8, 2, 0, 0, 0], content[8..].ToArray());
            }
            else if (type == "IDAT")
            {
                compressed.Write(content);
            }

            place += length + 12;
        }

        Assert.Equal("IEND", type);
        compressed.Position = 0;
        using var stream = new ZLibStream(compressed, CompressionMode.Decompress);
        var pixels = new (byte, byte, byte)[width * height];
        var above = new byte[width * 3];
        var row = new byte[1 + (width * 3)];
        for (var y = 0; y < height; y++)
        {
            stream.ReadExactly(row);
            Assert.Equal(2, row[0]);
            for (var index = 0; index < above.Length; index++)
            {
                above[index] += row[index + 1];
            }

            for (var x = 0; x < width; x++)
            {
                pixels[(y * width) + x] = (above[3 * x], above[(3 * x) + 1], above[(3 * x) + 2]);
            }
        }

        // The check at the end is compared when the end is read.
        Assert.Equal(-1, stream.ReadByte());
        return pixels;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var isSet = ((crc ^ (uint)(value >> bit)) & 1) != 0;
                crc = (crc >> 1) ^ (isSet ? 0xEDB88320 : 0);
            }
        }

        return ~crc;
    }
}
