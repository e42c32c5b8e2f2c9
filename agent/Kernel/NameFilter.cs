using System.IO.Enumeration;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>Which of several things of a kind are read, by patterns in which <c>*</c> stands for any characters and
/// <c>?</c> for one.</summary>
/// <param name="Only">If there are any, what is read: that and nothing else.</param>
/// <param name="Except">What is never read.</param>
internal sealed record NameFilter(IReadOnlyList<string> Only, IReadOnlyList<string> Except)
{
    /// <summary>A filter that decides nothing.</summary>
    public static readonly NameFilter None = new([], []);

    /// <summary>Decides whether something is read.</summary>
    /// <param name="name">Its name.</param>
    /// <returns><see langword="null"/> if no pattern says anything about it.</returns>
    public bool? Decide(string name) =>
        IsAny(Except, name) ? false
        : Only.Count > 0 ? IsAny(Only, name)
        : null;

    private static bool IsAny(IReadOnlyList<string> patterns, string name)
    {
        // By index: this is asked at every tick, and an enumerator would be an object.
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
