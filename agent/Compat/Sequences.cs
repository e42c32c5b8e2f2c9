namespace NodeTelemetry.Agent.Compat;

/// <summary>The few operations on sequences that the agent wants, with the names and the laziness of LINQ.</summary>
/// <remarks>System.Linq itself cannot be had: compiled natively it makes an iterator of every shape for every pair
/// of types, which came to 0.6 MB of a program that may have 4.
/// So the project files leave it out, and what is not here is written as a loop.</remarks>
internal static class Sequences
{
    /// <summary>Gets what <paramref name="select"/> makes of each.</summary>
    public static IEnumerable<TResult> Select<T, TResult>(this IEnumerable<T> items, Func<T, TResult> select)
    {
        foreach (var item in items)
        {
            yield return select(item);
        }
    }

    /// <summary>Gets those that <paramref name="isWanted"/>.</summary>
    public static IEnumerable<T> Where<T>(this IEnumerable<T> items, Func<T, bool> isWanted)
    {
        foreach (var item in items)
        {
            if (isWanted(item))
            {
                yield return item;
            }
        }
    }

    /// <summary>Gets the first few.</summary>
    public static IEnumerable<T> Take<T>(this IEnumerable<T> items, int countMax)
    {
        var left = countMax;
        foreach (var item in items)
        {
            if (left-- <= 0)
            {
                yield break;
            }

            yield return item;
        }
    }

    /// <summary>Gets the first that <paramref name="isWanted"/>; <see langword="null"/> if there is none.</summary>
    public static T? FirstOrDefault<T>(this IEnumerable<T> items, Func<T, bool> isWanted)
        where T : class?
    {
        foreach (var item in items)
        {
            if (isWanted(item))
            {
                return item;
            }
        }

        return null;
    }

    /// <summary>Gets the last that <paramref name="isWanted"/>; <see langword="null"/> if there is none.</summary>
    public static T? LastOrDefault<T>(this IEnumerable<T> items, Func<T, bool> isWanted)
        where T : class?
    {
        T? last = null;
        foreach (var item in items)
        {
            last = isWanted(item) ? item : last;
        }

        return last;
    }

    /// <summary>Gets whether one of them <paramref name="isWanted"/>.</summary>
    public static bool Any<T>(this IEnumerable<T> items, Func<T, bool> isWanted) => items.Count(isWanted, 1) > 0;

    /// <summary>Gets whether each of them <paramref name="isWanted"/>.</summary>
    public static bool All<T>(this IEnumerable<T> items, Func<T, bool> isWanted) =>
        !items.Any(item => !isWanted(item));

    /// <summary>Counts those that <paramref name="isWanted"/>.</summary>
    /// <param name="items">All.</param>
    /// <param name="isWanted">Which are counted.</param>
    /// <param name="enough">Where counting may end.</param>
    public static int Count<T>(this IEnumerable<T> items, Func<T, bool> isWanted, int enough = int.MaxValue)
    {
        var count = 0;
        foreach (var item in items)
        {
            if (isWanted(item) && ++count >= enough)
            {
                break;
            }
        }

        return count;
    }

    /// <summary>Gets whether <paramref name="wanted"/> is among them.</summary>
    public static bool Contains(this IEnumerable<string> items, string? wanted) => items.Any(item => item == wanted);

    /// <summary>Gets them as a list.</summary>
    public static List<T> ToList<T>(this IEnumerable<T> items) => [.. items];

    /// <summary>Gets them in their order.</summary>
    public static List<string> Order(this IEnumerable<string> items, StringComparer comparer)
    {
        var sorted = items.ToList();
        sorted.Sort(comparer);
        return sorted;
    }
}
