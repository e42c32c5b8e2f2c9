namespace NodeTelemetry.Collector.Alerts.Rules;

/// <summary>Patterns in which <c>*</c> matches any characters and <c>?</c> matches one, as in a shell.</summary>
internal static class Glob
{
    /// <summary>Determines whether a text matches the pattern, ignoring case.</summary>
    /// <remarks>The worst case is the product of both lengths: it backtracks to the last star only.</remarks>
    public static bool IsMatch(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        var at = 0;
        var star = -1;
        var resume = 0;
        var index = 0;
        while (index < text.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                star = at++;
                resume = index;
            }
            else if (at < pattern.Length
                && (pattern[at] == '?'
                    || char.ToLowerInvariant(pattern[at]) == char.ToLowerInvariant(text[index])))
            {
                at++;
                index++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                index = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern[at..].TrimStart('*').IsEmpty;
    }
}
