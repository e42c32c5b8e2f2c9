using System.Buffers.Text;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>Reads words and numbers from the kernel's ASCII files, left to right.
/// Never throws, allocates nothing.</summary>
internal ref struct AsciiReader(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    /// <summary>Gets a value indicating whether the text is exhausted.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Reads the next line, without its line feed.</summary>
    /// <returns><see langword="false"/> at the end of the text.</returns>
    public bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        if (_rest.IsEmpty)
        {
            line = default;
            return false;
        }

        var end = _rest.IndexOf((byte)'\n');
        line = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[(end + 1)..];
        return true;
    }

    /// <summary>Reads the next word, which ends at a space, a tab or the end of the text.</summary>
    /// <returns><see langword="false"/> if the rest of the line has none.</returns>
    public bool TryReadWord(out ReadOnlySpan<byte> word)
    {
        SkipSpaces();
        var end = _rest.IndexOfAny((byte)' ', (byte)'\t', (byte)'\n');
        word = end < 0 ? _rest : _rest[..end];
        _rest = _rest[word.Length..];
        return !word.IsEmpty;
    }

    /// <summary>Reads the next word if it is an unsigned integer that fits.</summary>
    public bool TryReadInteger(out ulong value)
    {
        value = 0;
        return TryReadWord(out var word) && Utf8Parser.TryParse(word, out value, out var used) && used == word.Length;
    }

    /// <summary>Reads the next word if it is a signed integer that fits.</summary>
    public bool TryReadSigned(out long value)
    {
        value = 0;
        return TryReadWord(out var word) && Utf8Parser.TryParse(word, out value, out var used) && used == word.Length;
    }

    /// <summary>Reads the next word if it is a finite number such as <c>12.34</c>.</summary>
    public bool TryReadNumber(out double value)
    {
        value = 0;
        return TryReadWord(out var word)
            && Utf8Parser.TryParse(word, out value, out var used)
            && used == word.Length
            && double.IsFinite(value);
    }

    private void SkipSpaces()
    {
        var start = _rest.IndexOfAnyExcept((byte)' ', (byte)'\t');
        _rest = start < 0 ? default : _rest[start..];
    }
}
