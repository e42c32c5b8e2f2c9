namespace System.Buffers;

/// <summary>A set of values to search for.</summary>
internal sealed class SearchValues<T>(T[] values)
    where T : IEquatable<T>
{
    public bool Contains(T value) => Array.IndexOf(values, value) >= 0;
}

/// <summary>Creates sets of values to search for.</summary>
internal static class SearchValues
{
    public static SearchValues<byte> Create(ReadOnlySpan<byte> values) => new(values.ToArray());

    public static SearchValues<char> Create(ReadOnlySpan<char> values) => new(values.ToArray());

    public static SearchValues<char> Create(string values) => new(values.ToCharArray());
}
