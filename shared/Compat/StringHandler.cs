using System.Globalization;
using System.Text;

namespace System.Runtime.CompilerServices;

/// <summary>Receives the pieces of an interpolated string. Numbers are written as everywhere in the world.</summary>
[InterpolatedStringHandler]
internal ref struct DefaultInterpolatedStringHandler
{
    [ThreadStatic]
    private static StringBuilder? _kept;

    private readonly StringBuilder _text;
    private readonly IFormatProvider _provider;

    public DefaultInterpolatedStringHandler(int literalLength, int formattedCount)
        : this(literalLength, formattedCount, CultureInfo.InvariantCulture)
    {
    }

    public DefaultInterpolatedStringHandler(int literalLength, int formattedCount, IFormatProvider? provider)
    {
        _ = formattedCount;
        _text = _kept ?? new StringBuilder(literalLength);
        _kept = null;
        _provider = provider ?? CultureInfo.InvariantCulture;
    }

    public readonly void AppendLiteral(string text) => _text.Append(text);

    public readonly void AppendFormatted(string? text) => _text.Append(text);

    public readonly void AppendFormatted(ReadOnlySpan<char> text) => _text.Append(text.ToString());

    public readonly void AppendFormatted<T>(T value, string? format = null) => _text.Append(
        value is IFormattable formattable ? formattable.ToString(format, _provider) : value?.ToString());

    public readonly void AppendFormatted<T>(T value, int alignment, string? format = null)
    {
        var start = _text.Length;
        AppendFormatted(value, format);
        var missing = Math.Abs(alignment) - (_text.Length - start);
        if (missing > 0)
        {
            _text.Insert(alignment > 0 ? start : _text.Length, " ", missing);
        }
    }

    /// <summary>Gets the string, and ends its use.</summary>
    public readonly string ToStringAndClear()
    {
        var text = _text.ToString();
        _text.Clear();
        _kept = _text;
        return text;
    }

    /// <inheritdoc/>
    public override readonly string ToString() => _text.ToString();
}
