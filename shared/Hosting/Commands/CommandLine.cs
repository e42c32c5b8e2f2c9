using NodeTelemetry.Hosting.Options;

namespace NodeTelemetry.Hosting.Commands;

/// <summary>A parsed command line: <c>[command] [words] [--option value | --option=value | --flag]…</c>.</summary>
public sealed class CommandLine
{
    private const string Configuration = "--config";

    private readonly ProgramDescription _program;
    private readonly List<string> _words = [];
    private readonly List<string> _problems = [];
    private readonly Dictionary<OptionDefinition, List<string>> _values = [];
    private readonly Dictionary<string, string> _commandValues = [];

    private CommandLine(ProgramDescription program)
    {
        _program = program;
        Command = program.Commands[0];
    }

    /// <summary>Gets the command; the first of the program if none is given.</summary>
    public CommandDescription Command { get; private set; }

    /// <summary>Gets the words after the command.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>Gets a value indicating whether <c>--help</c> is given.</summary>
    public bool IsHelp { get; private set; }

    /// <summary>Gets a value indicating whether <c>--version</c> is given.</summary>
    public bool IsVersion { get; private set; }

    /// <summary>Gets a value indicating whether <c>--check-config</c> is given.</summary>
    public bool IsCheckConfig { get; private set; }

    /// <summary>Gets the file that <c>--config</c> names.</summary>
    public string? ConfigurationFile { get; private set; }

    /// <summary>Gets the values of options, in the order in which they are given.</summary>
    public IReadOnlyDictionary<OptionDefinition, List<string>> Values => _values;

    /// <summary>Gets what is wrong, a sentence each.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Gets what is wrong with the options that only the command has; <see langword="null"/> if nothing is.
    /// </summary>
    public string? CommandProblem { get; private set; }

    /// <summary>Parses arguments.</summary>
    public static CommandLine Parse(IReadOnlyList<string> arguments, ProgramDescription program)
    {
        var line = new CommandLine(program);
        for (var index = 0; index < arguments.Count; index++)
        {
            switch (arguments[index])
            {
                case "--help" or "-h":
                    line.IsHelp = true;
                    break;
                case "--version":
                    line.IsVersion = true;
                    break;
                case "--check-config":
                    line.IsCheckConfig = true;
                    break;
                case var word when !word.StartsWith("--", StringComparison.Ordinal):
                    line.AddWord(word, index);
                    break;
                default:
                    line.AddOption(arguments, ref index);
                    break;
            }
        }

        return line;
    }

    /// <summary>Gets the value of an option that only the command has; <see langword="null"/> if not given.</summary>
    public string? GetCommandValue(string option) => _commandValues.GetValueOrDefault(option);

    private void AddWord(string word, int index)
    {
        if (index == 0)
        {
            foreach (var command in _program.Commands)
            {
                if (command.Name == word)
                {
                    Command = command;
                    return;
                }
            }
        }

        if (_words.Count < Command.WordCountMax)
        {
            _words.Add(word);
        }
        else
        {
            _problems.Add(index == 0
                ? $"{word}: there is no such command; there are {string.Join(", ", _program.CommandNames)}."
                : $"{word}: not an option, and not a command here: the command comes first; see --help.");
        }
    }

    private void AddOption(IReadOnlyList<string> arguments, ref int index)
    {
        var argument = arguments[index];
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? argument : argument[..equals];
        var definition = OptionDefinition.Find(_program.ShownOptions, name);
        var isOfCommand = definition is null && Command.HasOption(name);
        if (definition is null && !isOfCommand && name != Configuration)
        {
            _problems.Add($"{name}: there is no such option; --help lists them all.");
            return;
        }

        string value;
        if (equals >= 0)
        {
            value = argument[(equals + 1)..];
        }
        else if (definition is { IsFlag: true }
            && (index + 1 == arguments.Count || !bool.TryParse(arguments[index + 1], out _)))
        {
            value = "true";
        }
        else if (index + 1 < arguments.Count)
        {
            value = arguments[++index];
        }
        else
        {
            if (isOfCommand)
            {
                CommandProblem ??= $"{name}: a value is missing.";
            }
            else
            {
                _problems.Add($"{name}: a value is missing; give {definition?.Range ?? "one"}.");
            }

            return;
        }

        if (definition is null)
        {
            if (isOfCommand)
            {
                _commandValues[name] = value;
            }
            else
            {
                ConfigurationFile = value;
            }
        }
        else if (definition.IsList && _values.TryGetValue(definition, out var values))
        {
            values.Add(value);
        }
        else
        {
            // If an option with one value is repeated, the last value applies.
            _values[definition] = [value];
        }
    }
}
