using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Alerts.Rules;

/// <summary>The subject of a rule.</summary>
internal enum AlertRuleKind
{
    /// <summary>A reading of every node.</summary>
    Reading,

    /// <summary>Whether a node is lost.</summary>
    NodeLost,

    /// <summary>An unannounced reboot.</summary>
    Rebooted,

    /// <summary>One identity from two sources, or one host name with two identities.</summary>
    Duplicate,

    /// <summary>A condition of the collector itself, by the rule's name.</summary>
    Collector,
}

/// <summary>The names of <see cref="AlertRuleKind"/> in the API.</summary>
internal static class AlertRuleKindNames
{
    /// <summary>Gets the name.</summary>
    public static string Name(this AlertRuleKind kind) => kind switch
    {
        AlertRuleKind.Reading => "reading",
        AlertRuleKind.NodeLost => "node-lost",
        AlertRuleKind.Rebooted => "rebooted",
        AlertRuleKind.Duplicate => "duplicate",
        _ => "collector",
    };
}

/// <summary>An alert rule. Immutable; created from the defaults and the options.</summary>
internal sealed record AlertRule
{
    /// <summary>Gets the name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the subject.</summary>
    public AlertRuleKind Kind { get; init; } = AlertRuleKind.Reading;

    /// <summary>Gets the severity.</summary>
    public AlertSeverity Severity { get; init; } = AlertSeverity.Warning;

    /// <summary>Gets the reading of a <see cref="AlertRuleKind.Reading"/> rule.</summary>
    public AlertReading? Reading { get; init; }

    /// <summary>Gets the pattern of the entries that it applies to, such as mount points.</summary>
    public string Entry { get; init; } = "*";

    /// <summary>Gets the value above which it alerts.</summary>
    public double? Above { get; init; }

    /// <summary>Gets the value below which it alerts.</summary>
    public double? Below { get; init; }

    /// <summary>Gets the value at which it ends; by default the limit at which it begins.</summary>
    public double? Clear { get; init; }

    /// <summary>Gets how long the condition must hold.</summary>
    public TimeSpan For { get; init; }

    /// <summary>Gets how long the condition must be clear before the alert ends.</summary>
    public TimeSpan KeepFiringFor { get; init; }

    /// <summary>Gets the nodes that it applies to.</summary>
    public AlertMatcher Nodes { get; init; } = AlertMatcher.All;

    /// <summary>Gets the problem, as the beginning of a sentence; <see langword="null"/> to name the reading.</summary>
    public string? Text { get; init; }

    /// <summary>Determines whether a value begins an alert.</summary>
    public bool IsBeyond(double value) => value > Above || value < Below;

    /// <summary>Determines whether a value ends an alert.</summary>
    public bool IsClear(double value) =>
        Above is { } above ? value <= Math.Min(Clear ?? above, above)
        : Below is { } below && value >= Math.Max(Clear ?? below, below);

    /// <summary>Determines whether the rule applies to a node.</summary>
    public bool IsFor(NodeStatus status) => Nodes.Patterns.Count == 0 || IsMatch(status);

    // Apart, because the delegate is allocated at the start of its method: most rules apply to all nodes.
    private bool IsMatch(NodeStatus status) => Nodes.IsMatch(name => name switch
    {
        AlertLabels.Node => status.Id,
        AlertLabels.Hostname => status.Hostname,
        _ => status.Labels?.FirstOrDefault(label => label.Key == name).Value,
    });
}
