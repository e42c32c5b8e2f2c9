using System.Globalization;

namespace NodeTelemetry.Collector.Hosting;

/// <summary>
/// Reads options one by one, so that each is declared in one place with its default, range and help, and every mistake
/// is found.
/// </summary>
/// <remarks>The configuration binder stops at the first value that does not convert; a person wants to see all of them
/// at once.</remarks>
internal sealed class OptionReader(IConfiguration configuration)
{
    private readonly List<OptionDefinition> _definitions = [];
    private readonly List<string> _problems = [];
    private readonly List<string> _secrets = [];

    private delegate bool TryParse<TValue>(string text, out TValue value);

    /// <summary>Gets every option that has been read.</summary>
    public IReadOnlyList<OptionDefinition> Definitions => _definitions;

    /// <summary>Gets what is wrong, a sentence each.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Reads a whole number.</summary>
    public long Integer(string key, long byDefault, long min, long max, string help) => Read(
        Declare(key, Text(byDefault), $"{Text(min)} to {Text(max)}", help),
        byDefault,
        (string text, out long value) =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            && value >= min && value <= max);

    /// <summary>Reads a number.</summary>
    public double Number(string key, double byDefault, double min, double max, string help) => Read(
        Declare(key, Text(byDefault), $"{Text(min)} to {Text(max)}", help),
        byDefault,
        (string text, out double value) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && value >= min && value <= max);

    /// <summary>Reads a duration such as <c>500ms</c>, <c>2s</c>, <c>5m</c>, <c>1h</c>, <c>7d</c>.</summary>
    public TimeSpan Duration(string key, TimeSpan byDefault, TimeSpan min, TimeSpan max, string help) => Read(
        Declare(key, DurationText.Format(byDefault), $"{DurationText.Format(min)} to {DurationText.Format(max)}", help),
        byDefault,
        (string text, out TimeSpan value) => DurationText.TryParse(text, out value) && value >= min && value <= max);

    /// <summary>Reads a yes or no.</summary>
    public bool Flag(string key, bool byDefault, string help) =>
        Read(Declare(key, byDefault ? "true" : "false", "true or false", help), byDefault, bool.TryParse);

    /// <summary>Reads a text that <paramref name="isValid"/> accepts.</summary>
    public string Text(string key, string byDefault, string range, string help, Func<string, bool> isValid) => Read(
        Declare(key, byDefault, range, help),
        byDefault,
        (string text, out string value) => isValid(value = text));

    /// <summary>Reads texts that are separated by commas, or that are a list in a file.</summary>
    public IReadOnlyList<string> List(
        string key, IReadOnlyList<string> byDefault, string range, string help, Func<string, bool> isValid)
    {
        var definition = Declare(key, string.Join(',', byDefault), range, help);
        var section = configuration.GetSection(key);
        var texts = section.Value is { } joined
            ? joined.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : section.GetChildren().Select(static child => child.Value ?? string.Empty).ToArray();
        if (section.Value is null && texts.Length == 0)
        {
            return byDefault;
        }

        foreach (var text in texts.Where(text => !isValid(text)))
        {
            Refuse(definition, text, text);
        }

        return texts;
    }

    /// <summary>Reads options under names that a person chooses. They stand in a file, or in the environment.</summary>
    public IReadOnlyList<OptionGroup> Groups(string key, string range, string help)
    {
        var definition = Declare(key, string.Empty, range, help);
        var section = configuration.GetSection(key);
        if (section.Value is { Length: > 0 } text)
        {
            Refuse(definition, text, text);
        }

        var groups = section.GetChildren().Select(child => new OptionGroup(child, AddProblem)).ToList();
        groups.ForEach(static group => group.CheckName());
        return groups;
    }

    /// <summary>
    /// Reads a secret: from the file that <c>{key}File</c> names, or from <c>{key}</c>, which the command line, where
    /// everybody on the machine could read it, does not have.
    /// </summary>
    public string? Secret(string key, string help)
    {
        _secrets.Add(key);
        var variable = "NODETELEMETRY_" + key.Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant();
        var separator = key.LastIndexOf(':');
        Declare(
            key + "File", string.Empty, $"a path of a readable file that holds nothing else; or {variable} itself",
            help);
        return new OptionGroup(configuration.GetSection(key[..separator]), AddProblem).Secret(key[(separator + 1)..]);
    }

    /// <summary>Adds a problem that concerns several options.</summary>
    public void AddProblem(string problem) => _problems.Add(problem);

    /// <summary>Complains of every key in <paramref name="keys"/> that no option has.</summary>
    public void RefuseUnknown(IEnumerable<string> keys, string origin)
    {
        foreach (var key in keys)
        {
            var isKnown = _secrets.Contains(key, StringComparer.OrdinalIgnoreCase) || _definitions.Exists(definition =>
                key.Equals(definition.Key, StringComparison.OrdinalIgnoreCase)
                || key.StartsWith(definition.Key + ":", StringComparison.OrdinalIgnoreCase));
            if (!isKnown)
            {
                _problems.Add($"{key}: no such option (in {origin}). See --help.");
            }
        }
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private TValue Read<TValue>(OptionDefinition definition, TValue byDefault, TryParse<TValue> tryParse) =>
        configuration[definition.Key] is not { } text ? byDefault
        : tryParse(text, out var value) ? value
        : Refuse(definition, text, byDefault);

    private OptionDefinition Declare(string key, string byDefault, string range, string help)
    {
        var definition = new OptionDefinition(key, byDefault, range, help);
        _definitions.Add(definition);
        return definition;
    }

    private TValue Refuse<TValue>(OptionDefinition definition, string text, TValue byDefault)
    {
        _problems.Add($"{definition.Key} ({definition.Switch}): '{text}' is not accepted; give {definition.Range}.");
        return byDefault;
    }
}
