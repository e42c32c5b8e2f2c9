namespace NodeTelemetry.Agent.Doctor;

/// <summary>One thing that a check has found.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Text">What was found, and what follows from it, in a sentence.</param>
/// <param name="Repair">The command that repairs it, or <see langword="null"/> if nothing needs repair or no command
/// can.</param>
internal sealed record Finding(FindingSeverity Severity, string Text, string? Repair = null)
{
    /// <summary>Makes a finding that needs nothing.</summary>
    public static Finding Good(string text) => new(FindingSeverity.Good, text);

    /// <summary>Makes a warning.</summary>
    public static Finding Warning(string text, string? repair = null) => new(FindingSeverity.Warning, text, repair);

    /// <summary>Makes an error.</summary>
    public static Finding Error(string text, string? repair = null) => new(FindingSeverity.Error, text, repair);
}
