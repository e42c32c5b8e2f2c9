namespace NodeTelemetry.Agent.Doctor;

/// <summary>A result of a check.</summary>
/// <param name="Severity">The severity.</param>
/// <param name="Text">A sentence with the observation and its effect.</param>
/// <param name="Fix">The command that fixes the problem; <see langword="null"/> if there is no problem or no command.
/// </param>
internal sealed record Finding(FindingSeverity Severity, string Text, string? Fix = null)
{
    /// <summary>Creates a finding that needs no action.</summary>
    public static Finding Good(string text) => new(FindingSeverity.Good, text);

    /// <summary>Creates a warning.</summary>
    public static Finding Warning(string text, string? fix = null) => new(FindingSeverity.Warning, text, fix);

    /// <summary>Creates an error.</summary>
    public static Finding Error(string text, string? fix = null) => new(FindingSeverity.Error, text, fix);
}
