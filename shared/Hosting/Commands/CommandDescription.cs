using NodeTelemetry.Hosting.Options;

namespace NodeTelemetry.Hosting.Commands;

/// <summary>One command of a program.</summary>
/// <param name="name">The name.</param>
/// <param name="help">What it does.</param>
public sealed class CommandDescription(string name, string help)
{
    /// <summary>Gets the name.</summary>
    public string Name => name;

    /// <summary>Gets what it does.</summary>
    public string Help => help;

    /// <summary>Gets the placeholders of its words, such as <c>new FILE [NAME]</c>.</summary>
    public string Arguments { get; init; } = string.Empty;

    /// <summary>Gets how many words may follow.</summary>
    public int WordCountMax { get; init; }

    /// <summary>Gets the words that may follow first, for shell completion.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Gets the options that only this command has.</summary>
    public IReadOnlyList<OptionDefinition> Options { get; init; } = [];

    /// <summary>Checks for an option that only this command has.</summary>
    internal bool HasOption(string option)
    {
        foreach (var definition in Options)
        {
            if (definition.Switch == option)
            {
                return true;
            }
        }

        return false;
    }
}
