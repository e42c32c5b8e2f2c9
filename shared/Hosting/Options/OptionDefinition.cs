using System.Text;

namespace NodeTelemetry.Hosting.Options;

/// <summary>What the user sees of one option: in help, documents, shell completion and error messages.</summary>
/// <param name="key">The key in files, such as <c>Http:Port</c> or <c>log-level</c>.</param>
/// <param name="argument">The placeholder of its value, such as <c>DURATION</c>; empty for a flag.</param>
/// <param name="byDefault">The default as text; empty for none.</param>
/// <param name="range">The accepted values, in words.</param>
/// <param name="help">What it does: a sentence.</param>
public sealed class OptionDefinition(string key, string argument, string byDefault, string range, string help)
{
    /// <summary>The prefix of environment variables.</summary>
    public const string EnvironmentPrefix = "NODETELEMETRY_";

    /// <summary>Gets the key in files.</summary>
    public string Key => key;

    /// <summary>Gets the placeholder of the value.</summary>
    public string Argument => argument;

    /// <summary>Gets the default as it is shown.</summary>
    public string Default => byDefault.Length == 0 ? "none" : byDefault;

    /// <summary>Gets the accepted values, in words.</summary>
    public string Range => range;

    /// <summary>Gets what it does.</summary>
    public string Help => help;

    /// <summary>Gets a value indicating whether several values are accepted.</summary>
    public bool IsList { get; init; }

    /// <summary>Gets a value indicating whether the value may be left out on the command line.</summary>
    public bool IsFlag => argument.Length == 0;

    /// <summary>Gets a value indicating whether the option is a secret,
    /// which other users could read on the command line; it is accepted from a file or the environment only,
    /// and not documented by itself.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Gets the accepted words, if there is a closed set of them.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>Gets the option on the command line: <c>--http-port</c>.</summary>
    public string Switch { get; } = CreateSwitch(key);

    /// <summary>Gets the environment variable: <c>NODETELEMETRY_HTTP__PORT</c>.</summary>
    public string EnvironmentName => EnvironmentPrefix
        + key.Replace(":", "__", StringComparison.Ordinal).Replace('-', '_').ToUpperInvariant();

    /// <summary>Finds an option by its key in any spelling.</summary>
    public static OptionDefinition? Find(IReadOnlyList<OptionDefinition> definitions, string name)
    {
        foreach (var definition in definitions)
        {
            if (definition.IsNamed(name))
            {
                return definition;
            }
        }

        return null;
    }

    /// <summary>Compares a name in any spelling: <c>log-level</c>, <c>LOG_LEVEL</c>, <c>LogLevel</c>.</summary>
    public bool IsNamed(string name)
    {
        var (left, right) = (0, 0);
        while (true)
        {
            left = SkipPunctuation(key, left);
            right = SkipPunctuation(name, right);
            if (left == key.Length || right == name.Length)
            {
                return left == key.Length && right == name.Length;
            }

            if (char.ToUpperInvariant(key[left++]) != char.ToUpperInvariant(name[right++]))
            {
                return false;
            }
        }
    }

    private static int SkipPunctuation(string text, int index)
    {
        while (index < text.Length && text[index] is '-' or '_' or ':')
        {
            index++;
        }

        return index;
    }

    private static string CreateSwitch(string key)
    {
        var text = new StringBuilder("--");
        for (var index = 0; index < key.Length; index++)
        {
            if (key[index] == ':')
            {
                text.Append('-');
                continue;
            }

            if (char.IsUpper(key[index]) && index > 0 && key[index - 1] != ':')
            {
                text.Append('-');
            }

            text.Append(char.ToLowerInvariant(key[index]));
        }

        // A product name is one word.
        return text.Replace("open-search", "opensearch").ToString();
    }
}
