using System.IO.Enumeration;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>Selects entries by name patterns, in which <c>*</c> matches any characters and <c>?</c> one.</summary>
/// <param name="Only">Patterns of the entries to read; if there are any, no others are read.</param>
/// <param name="Except">Patterns of entries that are never read.</param>
internal sealed record NameFilter(IReadOnlyList<string> Only, IReadOnlyList<string> Except)
{
    /// <summary>A filter without patterns.</summary>
    public static readonly NameFilter None = new([], []);

    /// <summary>Returns whether an entry is selected.</summary>
    /// <param name="name">The name of the entry.</param>
    /// <returns><see langword="null"/> if no pattern applies.</returns>
    public bool? Decide(string name) =>
        IsAny(Except, name) ? false
        : Only.Count > 0 ? IsAny(Only, name)
        : null;

    private static bool IsAny(IReadOnlyList<string> patterns, string name)
    {
        // By index: this runs at every tick, and an enumerator would be allocated.
        for (var index = 0; index < patterns.Count; index++)
        {
            if (FileSystemName.MatchesSimpleExpression(patterns[index], name, ignoreCase: false))
            {
                return true;
            }
        }

        return false;
    }
}
