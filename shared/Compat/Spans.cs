using System.Buffers;

namespace System;

/// <summary>Searches in spans and arrays.</summary>
internal static class Spans
{
    public static bool Contains<T>(this ReadOnlySpan<T> span, T value)
        where T : IEquatable<T> => span.IndexOf(value) >= 0;

    public static bool Contains<T>(this Span<T> span, T value)
        where T : IEquatable<T> => span.IndexOf(value) >= 0;

    public static int IndexOfAnyExcept<T>(this ReadOnlySpan<T> span, T value)
        where T : IEquatable<T>
    {
        for (var index = 0; index < span.Length; index++)
        {
            if (!span[index].Equals(value))
            {
                return index;
            }
        }

        return -1;
    }

    public static int IndexOfAnyExcept<T>(this Span<T> span, T value)
        where T : IEquatable<T> => ((ReadOnlySpan<T>)span).IndexOfAnyExcept(value);

    public static int IndexOfAnyExcept<T>(this ReadOnlySpan<T> span, T first, T second)
        where T : IEquatable<T> => span.IndexOfAnyExcept([first, second]);

    public static int IndexOfAnyExcept<T>(this ReadOnlySpan<T> span, params ReadOnlySpan<T> values)
        where T : IEquatable<T>
    {
        for (var index = 0; index < span.Length; index++)
        {
            if (values.IndexOf(span[index]) < 0)
            {
                return index;
            }
        }

        return -1;
    }

    public static int IndexOfAnyExcept<T>(this ReadOnlySpan<T> span, SearchValues<T> values)
        where T : IEquatable<T>
    {
        for (var index = 0; index < span.Length; index++)
        {
            if (!values.Contains(span[index]))
            {
                return index;
            }
        }

        return -1;
    }

    public static int IndexOfAnyExceptInRange<T>(this ReadOnlySpan<T> span, T low, T high)
        where T : IComparable<T>
    {
        for (var index = 0; index < span.Length; index++)
        {
            if (span[index].CompareTo(low) < 0 || span[index].CompareTo(high) > 0)
            {
                return index;
            }
        }

        return -1;
    }

    public static bool ContainsAnyExcept<T>(this ReadOnlySpan<T> span, T value)
        where T : IEquatable<T> => span.IndexOfAnyExcept(value) >= 0;

    public static int CommonPrefixLength<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> other)
        where T : IEquatable<T>
    {
        var length = 0;
        while (length < span.Length && length < other.Length && span[length].Equals(other[length]))
        {
            length++;
        }

        return length;
    }

    public static ReadOnlySpan<T> Trim<T>(this ReadOnlySpan<T> span, scoped ReadOnlySpan<T> values)
        where T : IEquatable<T> => span.TrimStart(values).TrimEnd(values);

    public static ReadOnlySpan<T> Trim<T>(this ReadOnlySpan<T> span, T value)
        where T : IEquatable<T> => span.Trim([value]);

    public static ReadOnlySpan<T> TrimStart<T>(this ReadOnlySpan<T> span, scoped ReadOnlySpan<T> values)
        where T : IEquatable<T>
    {
        var start = span.IndexOfAnyExcept(values);
        return start < 0 ? default : span.Slice(start);
    }

    public static ReadOnlySpan<T> TrimEnd<T>(this ReadOnlySpan<T> span, T value)
        where T : IEquatable<T> => span.TrimEnd([value]);

    public static ReadOnlySpan<T> TrimEnd<T>(this Span<T> span, T value)
        where T : IEquatable<T> => ((ReadOnlySpan<T>)span).TrimEnd([value]);

    public static ReadOnlySpan<T> TrimEnd<T>(this ReadOnlySpan<T> span, scoped ReadOnlySpan<T> values)
        where T : IEquatable<T>
    {
        var length = span.Length;
        while (length > 0 && values.IndexOf(span[length - 1]) >= 0)
        {
            length--;
        }

        return span.Slice(0, length);
    }

    extension(Array)
    {
        public static void Clear(Array array) => Array.Clear(array, 0, array.Length);
    }
}
