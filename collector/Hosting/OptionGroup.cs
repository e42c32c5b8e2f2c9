using System.Globalization;

namespace NodeTelemetry.Collector.Hosting;

/// <summary>
/// Options under a name that a person chose, such as <c>Alerts:Rules:hot</c>; every mistake names it.
/// </summary>
internal sealed class OptionGroup(IConfigurationSection section, Action<string> addProblem)
{
    /// <summary>Characters of a name: it becomes a label and stands in texts.</summary>
    private const int NameLengthMax = 64;

    /// <summary>Bytes of a file with a secret: anything longer is a mistake.</summary>
    private const int SecretBytesMax = 64 * 1024;

    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    private delegate bool TryParse<TValue>(string text, out TValue value);

    /// <summary>Gets the name.</summary>
    public string Name => section.Key;

    /// <summary>Tells whether an option is given.</summary>
    public bool Has(string key) => section.GetSection(key).Exists();

    /// <summary>Checks the name: letters, digits, <c>-</c> and <c>_</c>.</summary>
    public void CheckName()
    {
        if (Name.Length > NameLengthMax
            || Name.Any(static character => !char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_')))
        {
            addProblem(
                $"{section.Path}: '{Name}' is no name; give up to {NameLengthMax} letters, digits, - and _.");
        }
    }

    /// <summary>Reads a text; <see langword="null"/> when it is not given or wrong.</summary>
    public string? Text(string key, string range, Func<string, bool> isValid) =>
        Read(key, range, (string text, out string value) => isValid(value = text), out var value) ? value : null;

    /// <summary>Reads a number.</summary>
    public double? Number(string key) => Read(
        key,
        "a number",
        (string text, out double value) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value),
        out var value) ? value : null;

    /// <summary>Reads a whole number.</summary>
    public int? Integer(string key, int min, int max) => Read(
        key,
        string.Create(CultureInfo.InvariantCulture, $"{min} to {max}"),
        (string text, out int value) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            && value >= min && value <= max,
        out var value) ? value : null;

    /// <summary>Reads a duration.</summary>
    public TimeSpan? Duration(string key, TimeSpan min, TimeSpan max) => Read(
        key,
        $"{DurationText.Format(min)} to {DurationText.Format(max)}",
        (string text, out TimeSpan value) => DurationText.TryParse(text, out value) && value >= min && value <= max,
        out var value) ? value : null;

    /// <summary>Reads a yes or no.</summary>
    public bool? Flag(string key) => Read<bool>(key, "true or false", bool.TryParse, out var value) ? value : null;

    /// <summary>Reads texts that are separated by commas, or that are a list in a file.</summary>
    public IReadOnlyList<string> List(string key, string range, Func<string, bool> isValid)
    {
        _known.Add(key);
        var list = section.GetSection(key);
        var texts = list.Value is { } joined
            ? joined.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : list.GetChildren().Select(static child => child.Value ?? string.Empty).ToArray();
        foreach (var text in texts.Where(text => !isValid(text)))
        {
            Refuse(key, text, range);
        }

        return texts;
    }

    /// <summary>Reads texts by name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Map(string key)
    {
        _known.Add(key);
        var map = section.GetSection(key);
        if (map.Value is { Length: > 0 } text)
        {
            Refuse(key, text, "an object of names and patterns, such as { \"rack\": \"a*\" }");
        }

        return [.. map.GetChildren().Select(
            static child => KeyValuePair.Create(child.Key, child.Value ?? string.Empty))];
    }

    /// <summary>Reads a secret: from the file that <c>{key}File</c> names, or from <c>{key}</c> itself.</summary>
    public string? Secret(string key)
    {
        _known.Add(key);
        if (Text(key + "File", "a path of a readable file that holds nothing but the secret", static _ => true)
            is not { Length: > 0 } path)
        {
            return section[key];
        }

        try
        {
            return new FileInfo(path).Length <= SecretBytesMax
                ? File.ReadAllText(path).TrimEnd('\r', '\n')
                : throw new IOException("It is too long.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            addProblem($"{section.Path}:{key}File: '{path}' cannot be read: {error.Message}");
            return null;
        }
    }

    /// <summary>Adds a problem with an option of the group, or with the group.</summary>
    public void AddProblem(string? key, string problem) =>
        addProblem(key is null ? $"{section.Path}: {problem}" : $"{section.Path}:{key}: {problem}");

    /// <summary>Complains of every option that was not asked for.</summary>
    public void RefuseUnknown()
    {
        if (section.Value is { } text)
        {
            addProblem($"{section.Path}: '{text}' is not accepted; give an object of options.");
        }

        foreach (var child in section.GetChildren().Where(child => !_known.Contains(child.Key)))
        {
            addProblem($"{child.Path}: no such option here; there are {string.Join(", ", _known)}.");
        }
    }

    private bool Read<TValue>(string key, string range, TryParse<TValue> tryParse, out TValue value)
    {
        _known.Add(key);
        value = default!;
        if (section[key] is not { } text)
        {
            if (section.GetSection(key).GetChildren().Any())
            {
                addProblem($"{section.Path}:{key}: one value is wanted; give {range}.");
            }

            return false;
        }

        if (tryParse(text, out value))
        {
            return true;
        }

        Refuse(key, text, range);
        return false;
    }

    private void Refuse(string key, string text, string range) =>
        addProblem($"{section.Path}:{key}: '{text}' is not accepted; give {range}.");
}
