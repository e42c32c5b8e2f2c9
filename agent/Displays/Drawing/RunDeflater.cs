namespace NodeTelemetry.Agent.Displays.Drawing;

/// <summary>Compresses rows of pixels by runs of one colour, which is all that drawn pages consist of.</summary>
/// <remarks>Source: RFC 1951, one block with fixed Huffman codes. A run is a match at distance three, one pixel;
/// only lengths without extra bits are used.
/// The framework's compression would be a tenth of the whole binary.</remarks>
internal sealed class RunDeflater(MemoryStream output)
{
    /// <summary>Bytes per pixel, and so the match distance of a run.</summary>
    public const int Distance = 3;

    private const int LengthMin = 3;

    /// <summary>The longest match length without extra bits, counted from <see cref="LengthMin"/>.</summary>
    private const int LengthShortMax = 10;

    private const int LengthMax = 258;
    private const int LengthMinCode = 257;
    private const int LengthMaxCode = 285;
    private const int EndCode = 256;

    /// <summary>The code of distance three: the third distance code, five bits.</summary>
    private const int DistanceCode = 2;

    private uint _bits;
    private int _count;

    /// <summary>Compresses the rows.</summary>
    public void Write(ReadOnlySpan<byte> content)
    {
        // The final block, with fixed codes.
        WriteBits(1, 1);
        WriteBits(1, 2);
        var place = 0;
        while (place < content.Length)
        {
            var length = RunAt(content, place);
            if (length < LengthMin)
            {
                WriteCode(content[place++]);
                continue;
            }

            length = length >= LengthMax ? LengthMax : Math.Min(length, LengthShortMax);
            WriteCode(length == LengthMax ? LengthMaxCode : LengthMinCode + length - LengthMin);
            WriteReversed(DistanceCode, 5);
            place += length;
        }

        WriteCode(EndCode);
        WriteBits(0, 7);
    }

    private static int RunAt(ReadOnlySpan<byte> content, int place) =>
        place < Distance
            ? 0
            : content[place..].CommonPrefixLength(content[(place - Distance)..(content.Length - Distance)]);

    private void WriteCode(int code)
    {
        switch (code)
        {
            case < 144:
                WriteReversed(0x30 + code, 8);
                break;
            case < EndCode:
                WriteReversed(0x190 + code - 144, 9);
                break;
            case < 280:
                WriteReversed(code - EndCode, 7);
                break;
            default:
                WriteReversed(0xC0 + code - 280, 8);
                break;
        }
    }

    /// <summary>Writes a Huffman code, most significant bit first, unlike everything else.</summary>
    private void WriteReversed(int code, int count)
    {
        for (var bit = count - 1; bit >= 0; bit--)
        {
            WriteBits((uint)(code >> bit) & 1, 1);
        }
    }

    private void WriteBits(uint value, int count)
    {
        _bits |= value << _count;
        for (_count += count; _count >= 8; _count -= 8)
        {
            output.WriteByte((byte)_bits);
            _bits >>= 8;
        }
    }
}
