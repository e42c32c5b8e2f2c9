namespace NodeTelemetry.Agent.Compat;

/// <summary>The few sequence operations that the agent uses, with the names and the deferred execution of LINQ.
/// </summary>
/// <remarks>System.Linq is too large: the native compiler instantiates its iterators for every combination of types,
/// which added 0.6 MB to a program whose limit is 4 MB.
/// So the project files exclude it. Write other operations as loops.</remarks>
internal static class Sequences
{
    /// <summary>Converts each item with <paramref name="select"/>.</summary>
    public static IEnumerable<TResult> Select<T, TResult>(this IEnumerable<T> items, Func<T, TResult> select)
    {
        foreach (var item in items)
        {
            yield return select(item);
        }
    }

    /// <summary>Gets the items that <paramref name="isWanted"/> selects.</summary>
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

    /// <summary>Gets the first items, at most <paramref name="countMax"/>.</summary>
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

    /// <summary>Gets the first item that <paramref name="isWanted"/> selects;
    /// <see langword="null"/> if there is none.</summary>
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

    /// <summary>Gets the last item that <paramref name="isWanted"/> selects;
    /// <see langword="null"/> if there is none.</summary>
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

    /// <summary>Returns whether <paramref name="isWanted"/> selects an item.</summary>
    public static bool Any<T>(this IEnumerable<T> items, Func<T, bool> isWanted) => items.Count(isWanted, 1) > 0;

    /// <summary>Returns whether <paramref name="isWanted"/> selects every item.</summary>
    public static bool All<T>(this IEnumerable<T> items, Func<T, bool> isWanted) =>
        !items.Any(item => !isWanted(item));

    /// <summary>Counts the items that <paramref name="isWanted"/> selects.</summary>
    /// <param name="items">The items.</param>
    /// <param name="isWanted">Selects the items to count.</param>
    /// <param name="enough">The count at which to stop.</param>
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

    /// <summary>Returns whether <paramref name="wanted"/> is one of the items.</summary>
    public static bool Contains(this IEnumerable<string> items, string? wanted) => items.Any(item => item == wanted);

    /// <summary>Copies the items into a list.</summary>
    public static List<T> ToList<T>(this IEnumerable<T> items) => [.. items];

    /// <summary>Copies the items into a sorted list.</summary>
    public static List<string> Order(this IEnumerable<string> items, StringComparer comparer)
    {
        var sorted = items.ToList();
        sorted.Sort(comparer);
        return sorted;
    }
}
