namespace NodeTelemetry.Collector.Hosting;

/// <summary>The command line taken apart: <c>[command] [--option value | --option=value | --flag]…</c>.</summary>
/// <remarks>An option may be written as <c>--http-port</c> or as its key, <c>--Http:Port</c>.</remarks>
internal sealed class CommandLine
{
    private static readonly string[] Switches = ["--help", "-h", "--version", "--check-config"];

    /// <summary>Gets the words that are no options.</summary>
    public List<string> Words { get; } = [];

    /// <summary>Gets the switches that are given: <c>--help</c>, <c>--version</c>, <c>--check-config</c>.</summary>
    public HashSet<string> Given { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the file named by <c>--config</c>.</summary>
    public string? ConfigurationFile { get; private set; }

    /// <summary>Gets the options by key.</summary>
    public Dictionary<string, string?> Options { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets what is wrong.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Takes arguments apart.</summary>
    public static CommandLine Parse(string[] arguments, IReadOnlyList<OptionDefinition> definitions)
    {
        var line = new CommandLine();
        for (var index = 0; index < arguments.Length; index++)
        {
            var argument = arguments[index];
            if (Switches.Contains(argument))
            {
                line.Given.Add(argument == "-h" ? "--help" : argument);
            }
            else if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                line.Words.Add(argument);
            }
            else
            {
                line.ParseOption(arguments, ref index, definitions);
            }
        }

        return line;
    }

    private static string Normal(string name) =>
        string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();

    private void ParseOption(string[] arguments, ref int index, IReadOnlyList<OptionDefinition> definitions)
    {
        var argument = arguments[index];
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? argument : argument[..equals];
        var definition = definitions.FirstOrDefault(known => Normal(known.Key) == Normal(name));
        var isFile = Normal(name) == "config";
        if (definition is null && !isFile)
        {
            Problems.Add($"{name}: no such option. See --help.");
            return;
        }

        string value;
        if (equals >= 0)
        {
            value = argument[(equals + 1)..];
        }
        else if (definition is { Range: "true or false" }
            && (index + 1 == arguments.Length || !bool.TryParse(arguments[index + 1], out _)))
        {
            value = "true";
        }
        else if (index + 1 < arguments.Length)
        {
            value = arguments[++index];
        }
        else
        {
            Problems.Add(
                $"{name}: a value is missing{(definition is null ? string.Empty : $"; give {definition.Range}")}.");
            return;
        }

        if (isFile)
        {
            ConfigurationFile = value;
        }
        else
        {
            Options[definition!.Key] = value;
        }
    }
}
