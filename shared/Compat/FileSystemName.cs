namespace System.IO.Enumeration;

/// <summary>Compares names with patterns.</summary>
internal static class FileSystemName
{
    /// <summary>Determines whether a name matches a pattern with <c>*</c> and <c>?</c>.</summary>
    /// <remarks>A backslash makes the character after it an ordinary one, as in the framework.</remarks>
    public static bool MatchesSimpleExpression(
        ReadOnlySpan<char> pattern, ReadOnlySpan<char> name, bool ignoreCase = true)
    {
        var (atPattern, atName) = (0, 0);
        var (afterStar, retryName) = (-1, 0);
        while (atName < name.Length)
        {
            if (atPattern < pattern.Length && pattern[atPattern] == '*')
            {
                afterStar = ++atPattern;
                retryName = atName;
            }
            else if (TryMatchOne(pattern, atPattern, name[atName], ignoreCase, out var length))
            {
                atPattern += length;
                atName++;
            }
            else if (afterStar >= 0)
            {
                atPattern = afterStar;
                atName = ++retryName;
            }
            else
            {
                return false;
            }
        }

        while (atPattern < pattern.Length && pattern[atPattern] == '*')
        {
            atPattern++;
        }

        return atPattern == pattern.Length;
    }

    private static bool TryMatchOne(
        ReadOnlySpan<char> pattern, int index, char character, bool ignoreCase, out int length)
    {
        length = 1;
        if (index >= pattern.Length)
        {
            return false;
        }

        var wanted = pattern[index];
        if (wanted == '?')
        {
            return true;
        }

        if (wanted == '\\' && index + 1 < pattern.Length)
        {
            wanted = pattern[index + 1];
            length = 2;
        }

        return wanted == character
            || (ignoreCase && char.ToUpperInvariant(wanted) == char.ToUpperInvariant(character));
    }
}
