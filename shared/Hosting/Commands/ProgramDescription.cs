using NodeTelemetry.Hosting.Options;

namespace NodeTelemetry.Hosting.Commands;

/// <summary>What help and shell completion show of a program.</summary>
/// <param name="name">The name of the executable.</param>
/// <param name="summary">What it does: a sentence.</param>
/// <param name="sources">Where options may be given.</param>
/// <param name="commands">The commands; the first is the default.</param>
/// <param name="options">The options.</param>
public sealed class ProgramDescription(
    string name,
    string summary,
    string sources,
    IReadOnlyList<CommandDescription> commands,
    IReadOnlyList<OptionDefinition> options)
{
    /// <summary>The switches that both programs have.</summary>
    internal static readonly (string Name, string Help)[] Switches =
    [
        ("--check-config", "Check the configuration, then exit: 0 if it is valid, 78 if not"),
        ("--version", "Print the version"),
        ("--help", "Print this help"),
    ];

    /// <summary>Gets the name of the executable.</summary>
    public string Name => name;

    /// <summary>Gets what it does.</summary>
    public string Summary => summary;

    /// <summary>Gets where options may be given.</summary>
    public string Sources => sources;

    /// <summary>Gets the commands; the first is the default.</summary>
    public IReadOnlyList<CommandDescription> Commands => commands;

    /// <summary>Gets the options that help and shell completion show: all but secrets.</summary>
    public IReadOnlyList<OptionDefinition> ShownOptions { get; } =
        new List<OptionDefinition>(options).FindAll(static option => !option.IsSecret);

    /// <summary>Gets the names of the commands.</summary>
    public IReadOnlyList<string> CommandNames { get; } =
        new List<CommandDescription>(commands).ConvertAll(static command => command.Name);
}
