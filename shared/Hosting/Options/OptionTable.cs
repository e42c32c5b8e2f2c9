using System.Globalization;

namespace NodeTelemetry.Hosting.Options;

/// <summary>Declares options, each with its key, default, range, help and destination,
/// and sets them from a source.</summary>
/// <typeparam name="T">The class that holds the options.</typeparam>
public sealed class OptionTable<T>
    where T : class
{
    private readonly List<Row> _rows = [];

    /// <summary>Sets one option.</summary>
    /// <param name="options">The destination.</param>
    /// <param name="value">The value.</param>
    /// <param name="problems">Receives what is wrong, a sentence each.</param>
    public delegate void ApplyValue(T options, OptionValue value, ICollection<string> problems);

    private delegate bool TryParseText<TValue>(string text, out TValue value);

    /// <summary>Gets the options in the order of their declaration.</summary>
    public IReadOnlyList<OptionDefinition> Definitions => _rows.ConvertAll(static row => row.Definition);

    /// <summary>Sets every option: to its value, or to its default where that is a value.</summary>
    /// <param name="options">The destination.</param>
    /// <param name="values">The values by key.</param>
    /// <param name="problems">Receives a sentence for each value that is not accepted.</param>
    public void Apply(T options, OptionValue values, ICollection<string> problems)
    {
        foreach (var row in _rows)
        {
            if (values.Find(row.Definition) is { } value)
            {
                row.Apply(options, value, problems);
            }
            else
            {
                row.ApplyDefault?.Invoke(options);
            }
        }
    }

    /// <summary>Reports each value that has no option.</summary>
    public void RejectUnknown(OptionValue values, ICollection<string> problems)
    {
        var definitions = Definitions;
        foreach (var (key, value) in values.Children)
        {
            if (OptionDefinition.Find(definitions, key) is null)
            {
                var keys = string.Join(", ", _rows.ConvertAll(static row => row.Definition.Key));
                problems.Add(value.Explain($"no such option here; there are {keys}"));
            }
        }
    }

    /// <summary>Declares an option of any kind.</summary>
    /// <param name="definition">What the user sees of it.</param>
    /// <param name="apply">Sets it.</param>
    /// <param name="applyDefault">Sets its default.</param>
    public OptionTable<T> Add(OptionDefinition definition, ApplyValue apply, Action<T>? applyDefault = null)
    {
        _rows.Add(new Row(definition, apply, applyDefault));
        return this;
    }

    /// <summary>Declares an option with one text.</summary>
    /// <param name="key">The key.</param>
    /// <param name="argument">The placeholder of the value.</param>
    /// <param name="byDefault">The default, as it is shown.</param>
    /// <param name="range">The accepted values, in words.</param>
    /// <param name="help">What it does.</param>
    /// <param name="trySet">Sets it; <see langword="false"/> if the text is not accepted.</param>
    public OptionTable<T> Text(
        string key, string argument, string byDefault, string range, string help, Func<T, string, bool> trySet) =>
        Add(new(key, argument, byDefault, range, help), ApplyText(range, trySet));

    /// <summary>Declares an option with a closed set of words; the setter gets the index of the word.</summary>
    /// <param name="key">The key.</param>
    /// <param name="byDefault">The default.</param>
    /// <param name="words">The words.</param>
    /// <param name="help">What it does.</param>
    /// <param name="set">Sets it.</param>
    public OptionTable<T> Choice(
        string key, string byDefault, IReadOnlyList<string> words, string help, Action<T, int> set)
    {
        var range = OptionText.JoinChoices(words);
        return Add(
            new(key, "WORD", byDefault, range, help) { Choices = words },
            ApplyText(range, TrySet),
            byDefault.Length == 0 ? null : options => TrySet(options, byDefault));

        bool TrySet(T options, string text)
        {
            for (var index = 0; index < words.Count; index++)
            {
                if (words[index].Equals(text, StringComparison.OrdinalIgnoreCase))
                {
                    set(options, index);
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Declares a yes or no.</summary>
    /// <param name="key">The key.</param>
    /// <param name="byDefault">The default.</param>
    /// <param name="help">What it does.</param>
    /// <param name="set">Sets it.</param>
    public OptionTable<T> Flag(string key, bool byDefault, string help, Action<T, bool> set) => Add(
        new(key, string.Empty, byDefault ? "true" : "false", OptionText.Flag, help),
        ApplyParsed<bool>(OptionText.Flag, bool.TryParse, set),
        options => set(options, byDefault));

    /// <summary>Declares a whole number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="byDefault">The default; <see langword="null"/> for none.</param>
    /// <param name="min">The smallest accepted value.</param>
    /// <param name="max">The largest accepted value.</param>
    /// <param name="help">What it does.</param>
    /// <param name="set">Sets it.</param>
    public OptionTable<T> WholeNumber(string key, long? byDefault, long min, long max, string help, Action<T, long> set)
    {
        var range = string.Create(CultureInfo.InvariantCulture, $"{min} to {max}");
        return Add(
            new(key, "NUMBER", byDefault?.ToString(CultureInfo.InvariantCulture) ?? string.Empty, range, help),
            ApplyParsed<long>(range, TryParse, set),
            byDefault is { } number ? options => set(options, number) : null);

        bool TryParse(string text, out long value) =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            && value >= min && value <= max;
    }

    /// <summary>Declares a number of bytes, such as <c>4096</c> or <c>512 MiB</c>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="byDefault">The default.</param>
    /// <param name="min">The smallest accepted value.</param>
    /// <param name="max">The largest accepted value.</param>
    /// <param name="help">What it does.</param>
    /// <param name="set">Sets it.</param>
    public OptionTable<T> Size(string key, long byDefault, long min, long max, string help, Action<T, long> set)
    {
        var range = $"{SizeText.Format(min)} to {SizeText.Format(max)}";
        return Add(
            new(key, "SIZE", SizeText.Format(byDefault), range, help),
            ApplyParsed<long>(range, TryParse, set),
            options => set(options, byDefault));

        bool TryParse(string text, out long value) =>
            SizeText.TryParse(text, out value) && value >= min && value <= max;
    }

    /// <summary>Declares a number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="argument">The placeholder, which is its unit.</param>
    /// <param name="byDefault">The default; <see langword="null"/> for none.</param>
    /// <param name="min">The smallest accepted value.</param>
    /// <param name="max">The largest accepted value.</param>
    /// <param name="help">What it does.</param>
    /// <param name="set">Sets it.</param>
    public OptionTable<T> Number(
        string key, string argument, double? byDefault, double min, double max, string help, Action<T, double> set)
    {
        var range = double.IsInfinity(max)
            ? "a number"
            : string.Create(CultureInfo.InvariantCulture, $"{min} to {max}");
        return Add(
            new(key, argument, byDefault?.ToString(CultureInfo.InvariantCulture) ?? string.Empty, range, help),
            ApplyParsed<double>(range, TryParse, set),
            byDefault is { } number ? options => set(options, number) : null);

        bool TryParse(string text, out double value) => OptionText.TryParseNumber(text, min, max, out value);
    }

    /// <summary>Declares a duration.</summary>
    /// <param name="key">The key.</param>
    /// <param name="byDefault">The default; <see langword="null"/> for none.</param>
    /// <param name="min">The shortest accepted duration.</param>
    /// <param name="max">The longest accepted duration.</param>
    /// <param name="help">What it does.</param>
    /// <param name="set">Sets it.</param>
    public OptionTable<T> Duration(
        string key, TimeSpan? byDefault, TimeSpan min, TimeSpan max, string help, Action<T, TimeSpan> set)
    {
        var range = $"{DurationText.Format(min)} to {DurationText.Format(max)}";
        return Add(
            new(key, "DURATION", byDefault is { } shown ? DurationText.Format(shown) : string.Empty, range, help),
            ApplyParsed<TimeSpan>(range, TryParse, set),
            byDefault is { } duration ? options => set(options, duration) : null);

        bool TryParse(string text, out TimeSpan value) =>
            DurationText.TryParse(text, out value) && value >= min && value <= max;
    }

    /// <summary>Declares an absolute path.</summary>
    /// <param name="key">The key.</param>
    /// <param name="argument"><c>FILE</c> or <c>DIRECTORY</c>.</param>
    /// <param name="byDefault">The default, as it is shown; unless it is a path, <c>none</c> is accepted.</param>
    /// <param name="help">What it does.</param>
    /// <param name="set">Sets it; <see langword="null"/> for none.</param>
    public OptionTable<T> AbsolutePath(
        string key, string argument, string byDefault, string help, Action<T, string?> set)
    {
        var isOptional = !byDefault.StartsWith('/');
        var range = isOptional ? "an absolute path, or none" : "an absolute path";
        return Text(key, argument, byDefault, range, help, (options, text) =>
        {
            var isNone = isOptional && text == OptionText.None;
            var isAccepted = isNone || OptionText.IsAbsolutePath(text);
            if (isAccepted)
            {
                set(options, isNone ? null : text);
            }

            return isAccepted;
        });
    }

    /// <summary>Declares a list of texts.</summary>
    /// <param name="key">The key.</param>
    /// <param name="argument">The placeholder of the values.</param>
    /// <param name="byDefault">The default, as it is shown.</param>
    /// <param name="range">The accepted values, in words.</param>
    /// <param name="help">What it does.</param>
    /// <param name="trySet">Sets it; <see langword="false"/> if the list is not accepted.</param>
    /// <param name="isValid">Checks one text; without it, <paramref name="trySet"/> checks all.</param>
    public OptionTable<T> List(
        string key,
        string argument,
        string byDefault,
        string range,
        string help,
        Func<T, IReadOnlyList<string>, bool> trySet,
        Func<string, bool>? isValid = null) =>
        Add(new(key, argument, byDefault, range, help) { IsList = true }, (options, value, problems) =>
        {
            if (value.TryReadList(range, isValid, problems, out var texts) && !trySet(options, texts))
            {
                problems.Add(value.Reject(string.Join(',', texts), range));
            }
        });

    /// <summary>Declares a secret: from the file that <c>{key}File</c> names, or by itself.</summary>
    /// <param name="key">The key of the secret itself.</param>
    /// <param name="help">What it is.</param>
    /// <param name="set">Sets it.</param>
    public OptionTable<T> Secret(string key, string help, Action<T, string> set)
    {
        var itself = new OptionDefinition(key, "TEXT", string.Empty, "a text", help) { IsSecret = true };
        var range = key.Contains(':', StringComparison.Ordinal)
            ? $"the path of a readable file that holds nothing else; or {itself.EnvironmentName} itself"
            : "the path of a readable file that holds nothing else";
        return Add(itself, ApplyText("a text", (options, text) =>
        {
            set(options, text);
            return true;
        })).Add(new(key + "File", "FILE", string.Empty, range, help), (options, value, problems) =>
        {
            if (value.Text is not { } path)
            {
                problems.Add(value.RejectNested(range));
            }
            else if (path.Length > 0)
            {
                var secret = OptionText.ReadFile(path, out var problem);
                if (secret is null)
                {
                    problems.Add(value.Explain($"\"{path}\" cannot be read: {problem}"));
                }
                else
                {
                    set(options, secret.TrimEnd('\r', '\n'));
                }
            }
        });
    }

    private static ApplyValue ApplyParsed<TValue>(string range, TryParseText<TValue> tryParse, Action<T, TValue> set) =>
        ApplyText(range, (options, text) =>
        {
            var isAccepted = tryParse(text, out var value);
            if (isAccepted)
            {
                set(options, value);
            }

            return isAccepted;
        });

    private static ApplyValue ApplyText(string range, Func<T, string, bool> trySet) => (options, value, problems) =>
    {
        if (value.Text is not { } text)
        {
            problems.Add(value.RejectNested(range));
        }
        else if (!trySet(options, text))
        {
            problems.Add(value.Reject(text, range));
        }
    };

    private sealed class Row(OptionDefinition definition, ApplyValue apply, Action<T>? applyDefault)
    {
        public OptionDefinition Definition => definition;

        public ApplyValue Apply => apply;

        public Action<T>? ApplyDefault => applyDefault;
    }
}
