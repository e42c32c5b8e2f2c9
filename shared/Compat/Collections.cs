namespace System.Collections.Generic;

/// <summary>Lists and dictionaries.</summary>
internal static class Collections
{
    public static void Deconstruct<TKey, TValue>(
        this KeyValuePair<TKey, TValue> pair, out TKey key, out TValue value)
    {
        key = pair.Key;
        value = pair.Value;
    }

    public static TValue? GetValueOrDefault<TKey, TValue>(this IReadOnlyDictionary<TKey, TValue> items, TKey key) =>
        items.TryGetValue(key, out var value) ? value : default;

    public static TValue GetValueOrDefault<TKey, TValue>(
        this IReadOnlyDictionary<TKey, TValue> items, TKey key, TValue fallback) =>
        items.TryGetValue(key, out var value) ? value : fallback;

    public static bool TryAdd<TKey, TValue>(this Dictionary<TKey, TValue> items, TKey key, TValue value)
    {
        if (items.ContainsKey(key))
        {
            return false;
        }

        items.Add(key, value);
        return true;
    }

    public static void AddRange<T>(this List<T> items, ReadOnlySpan<T> added)
    {
        foreach (var item in added)
        {
            items.Add(item);
        }
    }
}
