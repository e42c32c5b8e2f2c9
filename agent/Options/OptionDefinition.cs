namespace NodeTelemetry.Agent.Options;

/// <summary>One option, declared once for the command line, the environment, the configuration file and the
/// help.</summary>
/// <param name="Name">Its name on the command line without hyphens: <c>interval</c>.</param>
/// <param name="Argument">What follows it, such as <c>DURATION</c>; empty for a switch.</param>
/// <param name="Default">Its default, as it is shown.</param>
/// <param name="Range">What is accepted, as it is shown.</param>
/// <param name="Help">What it does, in a sentence without the final stop.</param>
/// <param name="IsList">Whether it takes several values, by commas or by being repeated.</param>
/// <param name="TryApply">Puts values into the options; <see langword="false"/> if one is not accepted.</param>
internal sealed record OptionDefinition(
    string Name,
    string Argument,
    string Default,
    string Range,
    string Help,
    bool IsList,
    Func<AgentOptions, IReadOnlyList<string>, bool> TryApply)
{
    /// <summary>Gets the name of the environment variable.</summary>
    public string EnvironmentName => OptionTable.EnvironmentPrefix + Name.Replace('-', '_').ToUpperInvariant();
}
