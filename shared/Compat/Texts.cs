using System.Runtime.CompilerServices;

namespace System;

/// <summary>Characters and strings.</summary>
internal static class Texts
{
    extension(char)
    {
        public static bool IsAsciiDigit(char value) => value is >= '0' and <= '9';

        public static bool IsAsciiLetter(char value) => value is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z');

        public static bool IsAsciiLetterOrDigit(char value) => IsAsciiLetter(value) || IsAsciiDigit(value);

        public static bool IsAsciiHexDigitLower(char value) => IsAsciiDigit(value) || value is >= 'a' and <= 'f';

        public static bool IsAsciiHexDigit(char value) => IsAsciiHexDigitLower(value) || value is >= 'A' and <= 'F';
    }

    extension(string)
    {
        public static string Create(IFormatProvider? provider, [InterpolatedStringHandlerArgument(nameof(provider))]
            ref DefaultInterpolatedStringHandler handler) => handler.ToStringAndClear();

        public static string Join(char separator, IEnumerable<string> values) =>
            string.Join(separator.ToString(), values);
    }

    extension(StringSplitOptions)
    {
        /// <remarks>Understood by <c>Split</c> of this class only.</remarks>
        public static StringSplitOptions TrimEntries => (StringSplitOptions)2;
    }

    extension(string text)
    {
        public string[] Split(char separator, StringSplitOptions options = StringSplitOptions.None) =>
            Cut(text.Split([separator]), options);

        public string[] Split(string separator, StringSplitOptions options = StringSplitOptions.None) =>
            Cut(text.Split([separator], StringSplitOptions.None), options);

        public string ReplaceLineEndings(string replacement) =>
            text.Replace("\r\n", "\n").Replace('\r', '\n').Replace("\n", replacement);

        public int IndexOf(char value, StringComparison comparison) => text.IndexOf(value.ToString(), comparison);

        public bool Contains(char value) => text.IndexOf(value) >= 0;

        public bool Contains(char value, StringComparison comparison) => text.IndexOf(value, comparison) >= 0;

        public bool Contains(string value, StringComparison comparison) => text.IndexOf(value, comparison) >= 0;

        public bool StartsWith(char value) => text.Length > 0 && text[0] == value;

        public bool EndsWith(char value) => text.Length > 0 && text[text.Length - 1] == value;

        /// <remarks>Every caller compares ordinally, as the method of the framework does.</remarks>
        public string Replace(string old, string? replacement, StringComparison comparison) =>
            comparison == StringComparison.Ordinal
                ? text.Replace(old, replacement)
                : throw new NotSupportedException("Only ordinal comparison is implemented.");
    }

    private static string[] Cut(string[] parts, StringSplitOptions options)
    {
        var kept = new List<string>(parts.Length);
        foreach (var part in parts)
        {
            var text = options.HasFlag(StringSplitOptions.TrimEntries) ? part.Trim() : part;
            if (text.Length > 0 || !options.HasFlag(StringSplitOptions.RemoveEmptyEntries))
            {
                kept.Add(text);
            }
        }

        return kept.ToArray();
    }
}
