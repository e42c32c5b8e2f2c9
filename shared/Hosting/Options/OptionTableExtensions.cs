namespace NodeTelemetry.Hosting.Options;

/// <summary>Kinds of options that are built from the others.</summary>
public static class OptionTableExtensions
{
    /// <summary>Characters of the name of a group: it becomes a label and appears in texts.</summary>
    private const int NameLengthMax = 64;

    /// <summary>Declares a list of texts that are checked one by one.</summary>
    /// <typeparam name="T">The class that holds the options.</typeparam>
    /// <param name="table">The table.</param>
    /// <param name="key">The key.</param>
    /// <param name="argument">The placeholder of the values.</param>
    /// <param name="byDefault">The default.</param>
    /// <param name="range">The accepted values, in words.</param>
    /// <param name="help">What it does.</param>
    /// <param name="set">Sets it.</param>
    /// <param name="isValid">Checks one text.</param>
    public static OptionTable<T> Texts<T>(
        this OptionTable<T> table,
        string key,
        string argument,
        IReadOnlyList<string> byDefault,
        string range,
        string help,
        Action<T, IReadOnlyList<string>> set,
        Func<string, bool> isValid)
        where T : class => table.Add(
            new(key, argument, string.Join(',', byDefault), range, help) { IsList = true },
            (options, value, problems) =>
            {
                // Rejected texts are set too: without them, other checks would report an empty list.
                value.TryReadList(range, isValid, problems, out var texts);
                if (texts is not null)
                {
                    set(options, texts);
                }
            },
            options => set(options, byDefault));

    /// <summary>Declares a list of limited length whose items are parsed one by one,
    /// so that a problem names the item.</summary>
    /// <typeparam name="T">The class that holds the options.</typeparam>
    /// <typeparam name="TItem">The kind of item.</typeparam>
    /// <param name="table">The table.</param>
    /// <param name="key">The key.</param>
    /// <param name="argument">The placeholder of the values.</param>
    /// <param name="byDefault">The default, as it is shown; if it is <c>none</c>, that is the empty list.</param>
    /// <param name="range">The accepted values, in words; if <c>none</c> is one, that is the empty list.</param>
    /// <param name="help">What it does.</param>
    /// <param name="countMax">The maximum number of items.</param>
    /// <param name="tryParse">Parses an item.</param>
    /// <param name="set">Sets all items; not called if one is not accepted, or if there are too many.</param>
    public static OptionTable<T> Items<T, TItem>(
        this OptionTable<T> table,
        string key,
        string argument,
        string byDefault,
        string range,
        string help,
        int countMax,
        ItemParser<TItem> tryParse,
        Action<T, IReadOnlyList<TItem>> set)
        where T : class
    {
        var acceptsNone = byDefault == OptionText.None
            || range.EndsWith(", or " + OptionText.None, StringComparison.Ordinal);
        return table.Add(new(key, argument, byDefault, range, help) { IsList = true }, (options, value, problems) =>
        {
            var items = new List<TItem>();
            var nones = 0;
            var isRead = value.TryReadList(range, IsItem, problems, out var texts);
            if (isRead && (items.Count > countMax || (nones > 0 && texts!.Count > 1)))
            {
                problems.Add(value.Reject(string.Join(",", texts!), range));
            }
            else if (isRead)
            {
                set(options, items);
            }

            bool IsItem(string text)
            {
                if (acceptsNone && text == OptionText.None)
                {
                    nones++;
                    return true;
                }

                var isItem = tryParse(text, out var item);
                if (isItem)
                {
                    items.Add(item);
                }

                return isItem;
            }
        });
    }

    /// <summary>Declares a path, relative or absolute; an empty text is <see langword="null"/>.</summary>
    /// <typeparam name="T">The class that holds the options.</typeparam>
    /// <param name="table">The table.</param>
    /// <param name="key">The key.</param>
    /// <param name="range">The accepted values, in words.</param>
    /// <param name="help">What it does.</param>
    /// <param name="set">Sets it.</param>
    /// <param name="isValid">Checks a path; any is accepted without it.</param>
    public static OptionTable<T> Path<T>(
        this OptionTable<T> table,
        string key,
        string range,
        string help,
        Action<T, string?> set,
        Func<string, bool>? isValid = null)
        where T : class => table.Text(key, "FILE", string.Empty, range, help, (options, text) =>
        {
            set(options, text.Length == 0 ? null : text);
            return text.Length == 0 || isValid is null || isValid(text);
        });

    /// <summary>Declares an http:// or https:// address; an empty text is <see langword="null"/>.</summary>
    /// <typeparam name="T">The class that holds the options.</typeparam>
    /// <param name="table">The table.</param>
    /// <param name="key">The key.</param>
    /// <param name="range">The accepted values, in words.</param>
    /// <param name="help">What it does.</param>
    /// <param name="set">Sets it.</param>
    public static OptionTable<T> HttpAddress<T>(
        this OptionTable<T> table, string key, string range, string help, Action<T, Uri?> set)
        where T : class => table.Text(key, "URL", string.Empty, range, help, (options, text) =>
        {
            var isAddress = OptionText.IsHttpAddress(text);
            set(options, isAddress ? new Uri(text) : null);
            return isAddress || text.Length == 0;
        });

    /// <summary>Declares patterns by label name.</summary>
    /// <typeparam name="T">The class that holds the options.</typeparam>
    /// <param name="table">The table.</param>
    /// <param name="key">The key.</param>
    /// <param name="countMax">The maximum number of patterns.</param>
    /// <param name="lengthMax">The maximum length of a name with its pattern.</param>
    /// <param name="help">What it does.</param>
    /// <param name="set">Sets it.</param>
    public static OptionTable<T> Patterns<T>(
        this OptionTable<T> table,
        string key,
        int countMax,
        int lengthMax,
        string help,
        Action<T, IReadOnlyList<KeyValuePair<string, string>>> set)
        where T : class
    {
        const string Range = "an object of names and patterns, such as { \"rack\": \"a*\" }";
        return table.Add(new(key, "OBJECT", string.Empty, Range, help), (options, value, problems) =>
        {
            if (value.Text is { Length: > 0 } text)
            {
                problems.Add(value.Reject(text, Range));
            }

            var isTooLong = value.Children.Count > countMax;
            var patterns = new List<KeyValuePair<string, string>>();
            foreach (var (name, pattern) in value.Children)
            {
                patterns.Add(new(name, pattern.Text ?? string.Empty));
                isTooLong |= name.Length + patterns[^1].Value.Length > lengthMax;
            }

            if (isTooLong)
            {
                problems.Add(value.Explain($"at most {countMax} patterns of {lengthMax} characters are accepted"));
            }

            set(options, patterns);
        });
    }

    /// <summary>Declares groups of options under names that the user chooses.</summary>
    /// <typeparam name="T">The class that holds the options.</typeparam>
    /// <param name="table">The table.</param>
    /// <param name="key">The key.</param>
    /// <param name="range">The accepted values, in words.</param>
    /// <param name="help">What it does.</param>
    /// <param name="set">Sets the groups, by name, and reports problems; also called without groups.</param>
    public static OptionTable<T> Groups<T>(
        this OptionTable<T> table,
        string key,
        string range,
        string help,
        Action<T, IReadOnlyList<KeyValuePair<string, OptionValue>>, ICollection<string>> set)
        where T : class => table.Add(
            new(key, "OBJECT", string.Empty, range, help),
            (options, value, problems) =>
            {
                if (value.Text is { Length: > 0 } text)
                {
                    problems.Add(value.Reject(text, range));
                }

                foreach (var (name, group) in value.Children)
                {
                    CheckGroup(name, group, problems);
                }

                set(options, value.Children, problems);
            },
            options => set(options, [], []));

    private static void CheckGroup(string name, OptionValue group, ICollection<string> problems)
    {
        var isName = name.Length <= NameLengthMax;
        foreach (var character in name)
        {
            isName &= char.IsAsciiLetterOrDigit(character) || character is '-' or '_';
        }

        if (!isName)
        {
            problems.Add(
                group.Explain($"\"{name}\" is not a name; give up to {NameLengthMax} letters, digits, - and _"));
        }

        if (group.Text is { } text)
        {
            problems.Add(group.Reject(text, "an object of options"));
        }
    }
}
