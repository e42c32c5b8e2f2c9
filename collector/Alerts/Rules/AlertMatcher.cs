namespace NodeTelemetry.Collector.Alerts.Rules;

/// <summary>Chooses alerts or nodes by labels: every named label must be as its pattern says.</summary>
/// <param name="Patterns">Patterns as <see cref="Glob"/> takes them, by label.</param>
internal sealed record AlertMatcher(IReadOnlyList<KeyValuePair<string, string>> Patterns)
{
    /// <summary>Labels of one matcher: a person writes them.</summary>
    public const int CountMax = 16;

    /// <summary>Characters of a label's name or pattern.</summary>
    public const int LengthMax = 256;

    /// <summary>Gets the matcher that takes everything.</summary>
    public static AlertMatcher All { get; } = new([]);

    /// <summary>Determines whether an alert matches. A missing label counts as empty.</summary>
    public bool IsMatch(Alert alert) => IsMatch(alert.Label);

    /// <summary>Determines whether a set of labels matches.</summary>
    public bool IsMatch(Func<string, string?> label)
    {
        foreach (var (name, pattern) in Patterns)
        {
            if (!Glob.IsMatch(pattern, label(name) ?? string.Empty))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Gets it as a person reads it: <c>hostname=pi-*, severity=warning</c>.</summary>
    public override string ToString() =>
        string.Join(", ", Patterns.Select(static pattern => $"{pattern.Key}={pattern.Value}"));
}
