using System.Buffers;
using System.Buffers.Text;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Signing;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>Splits a sample that is too long for one datagram into parts by copying its pieces.</summary>
/// <remarks>Reuses its buffers: allocates nothing once they have grown.</remarks>
internal sealed class PartCutter
{
    /// <summary>The longest <c>,"part":[63,64]</c>.</summary>
    private const int PartBytesMax = 15;

    private readonly ArrayBufferWriter<byte> _whole;
    private readonly SignatureKey? _key;
    private readonly ArrayBufferWriter<byte> _parts = new(2 * WireLimits.DatagramBytesMax);
    private readonly Range[] _datagrams = new Range[WireLimits.PartCountMax];
    private readonly int[] _partEnds = new int[WireLimits.PartCountMax];
    private Piece[] _pieces = new Piece[32];
    private int _pieceCount;

    /// <summary>Initializes a new instance of the <see cref="PartCutter"/> class.</summary>
    /// <param name="whole">The sample as one datagram.</param>
    /// <param name="key">The key that signs each part; <see langword="null"/> for unsigned parts.</param>
    public PartCutter(ArrayBufferWriter<byte> whole, SignatureKey? key)
    {
        _whole = whole;
        _key = key;
    }

    /// <summary>Gets or sets the range of the opening brace and the host name in the whole.</summary>
    public Range Hostname { get; set; }

    /// <summary>Gets or sets the range of the keys from <c>v</c> to <c>uptime</c> in the whole, with the leading comma.
    /// </summary>
    public Range Header { get; set; }

    /// <summary>Gets how many pieces this cutter has dropped for lack of room.</summary>
    public long PiecesDropped { get; private set; }

    /// <summary>Prepares for the next sample.</summary>
    public void Reset() => _pieceCount = 0;

    /// <summary>Adds a piece.</summary>
    /// <param name="bytes">Its range in the whole, without the leading comma.</param>
    /// <param name="isBeforeHeader">Whether it precedes the header.</param>
    /// <param name="entryOf">The section of an entry; <see langword="null"/> for other pieces.</param>
    public void Add(Range bytes, bool isBeforeHeader, SectionDefinition? entryOf)
    {
        if (_pieceCount == _pieces.Length)
        {
            Array.Resize(ref _pieces, 2 * _pieceCount);
        }

        _pieces[_pieceCount++] = new Piece(bytes, isBeforeHeader, entryOf);
    }

    /// <summary>Creates the parts.</summary>
    /// <returns>The number of parts; <see cref="Part"/> returns each.</returns>
    public int Cut()
    {
        var count = Split();
        _parts.ResetWrittenCount();
        for (var index = 0; index < count; index++)
        {
            var start = _parts.WrittenCount;
            WritePart(index, count);
            _datagrams[index] = start.._parts.WrittenCount;
        }

        return count;
    }

    /// <summary>Gets a part; valid until the next <see cref="Cut"/>.</summary>
    public ReadOnlyMemory<byte> Part(int index) => _parts.WrittenMemory[_datagrams[index]];

    private static int Length(Range range) => range.End.Value - range.Start.Value;

    /// <summary>Finds the piece after which each part ends: parts are filled in order.</summary>
    private int Split()
    {
        var room = WireLimits.DatagramBytesMax
            - (Length(Hostname) + Length(Header) + PartBytesMax + "}".Length + (_key?.OverheadBytes ?? 0));
        var count = 0;
        var used = 0;
        SectionDefinition? section = null;
        for (var index = 0; index < _pieceCount; index++)
        {
            ref var piece = ref _pieces[index];
            var cost = piece.GetCost(section);
            if (used + cost > room && used > 0 && count < WireLimits.PartCountMax - 1)
            {
                _partEnds[count++] = index;
                used = 0;
                cost = piece.GetCost(null);
            }

            if (used + cost > room)
            {
                piece.IsDropped = true;
                PiecesDropped++;
                continue;
            }

            used += cost;
            section = piece.EntryOf;
        }

        _partEnds[count++] = _pieceCount;
        return count;
    }

    private void WritePart(int part, int count)
    {
        var start = _parts.WrittenCount;
        var from = part == 0 ? 0 : _partEnds[part - 1];
        var to = _partEnds[part];
        Copy(Hostname);
        var index = from;
        for (; index < to && _pieces[index].IsBeforeHeader; index++)
        {
            CopyPiece(_pieces[index], isFirstInObject: false);
        }

        Copy(Header);
        Append(",\"part\":["u8);
        AppendNumber(part);
        Append(","u8);
        AppendNumber(count);
        Append("]"u8);
        SectionDefinition? open = null;
        for (; index < to; index++)
        {
            var piece = _pieces[index];
            if (piece.IsDropped)
            {
                continue;
            }

            var isFirst = piece.EntryOf is not null && piece.EntryOf != open;
            if (open is not null && piece.EntryOf != open)
            {
                Append("}"u8);
            }

            if (isFirst)
            {
                Append(",\""u8);
                Append(piece.EntryOf!.KeyBytes);
                Append("\":{"u8);
            }

            open = piece.EntryOf;
            CopyPiece(piece, isFirst);
        }

        if (open is not null)
        {
            Append("}"u8);
        }

        AppendSignature(start);
        Append("}"u8);
    }

    private void AppendSignature(int start)
    {
        if (_key is null)
        {
            return;
        }

        Span<byte> text = stackalloc byte[SignatureKey.TextBytesMax];
        text = text[.._key.WriteText(_parts.WrittenSpan[start..], text)];
        Append(DatagramSignature.Marker);
        Append(text);
        Append("\""u8);
    }

    private void CopyPiece(Piece piece, bool isFirstInObject)
    {
        if (piece.IsDropped)
        {
            return;
        }

        if (!isFirstInObject)
        {
            Append(","u8);
        }

        Copy(piece.Bytes);
    }

    private void Copy(Range range) => Append(_whole.WrittenSpan[range]);

    private void Append(ReadOnlySpan<byte> bytes) => _parts.Write(bytes);

    private void AppendNumber(int number)
    {
        Utf8Formatter.TryFormat(number, _parts.GetSpan(PartBytesMax), out var written);
        _parts.Advance(written);
    }

    /// <summary>A section or an entry, which is never split.</summary>
    /// <param name="Bytes">Its range in the whole, without the leading comma.</param>
    /// <param name="IsBeforeHeader">Whether it precedes the header.</param>
    /// <param name="EntryOf">The section of an entry; <see langword="null"/> for other pieces.</param>
    private record struct Piece(Range Bytes, bool IsBeforeHeader, SectionDefinition? EntryOf)
    {
        /// <summary>Gets or sets a value indicating whether it is dropped for lack of room.</summary>
        public bool IsDropped { get; set; }

        /// <summary>Gets the bytes that it adds to a part that ends within <paramref name="section"/>.</summary>
        public readonly int GetCost(SectionDefinition? section) =>
            Length(Bytes) + ",".Length
            + (EntryOf is null || EntryOf == section ? 0 : EntryOf.KeyBytes.Length + "\"\":{},".Length);
    }
}
