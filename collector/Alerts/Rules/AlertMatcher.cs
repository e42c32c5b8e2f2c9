namespace NodeTelemetry.Collector.Alerts.Rules;

/// <summary>Selects alerts or nodes by labels: every named label must match its pattern.</summary>
/// <param name="Patterns">Patterns as <see cref="Glob"/> takes them, by label.</param>
internal sealed record AlertMatcher(IReadOnlyList<KeyValuePair<string, string>> Patterns)
{
    /// <summary>Maximum labels of a matcher: people write them.</summary>
    public const int CountMax = 16;

    /// <summary>Maximum characters of a label's name or pattern.</summary>
    public const int LengthMax = 256;

    /// <summary>Gets the matcher that matches everything.</summary>
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

    /// <summary>Formats it for display: <c>hostname=pi-*, severity=warning</c>.</summary>
    public override string ToString() =>
        string.Join(", ", Patterns.Select(static pattern => $"{pattern.Key}={pattern.Value}"));
}
