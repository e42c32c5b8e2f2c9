namespace NodeTelemetry.Collector.Alerts.Rules;

/// <summary>An alert at one moment. Immutable: every change creates a new one.</summary>
internal sealed record Alert
{
    /// <summary>Gets the identity: rule, node and entry. An alert that fires again has the same identity.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the name of its rule.</summary>
    public required string Rule { get; init; }

    /// <summary>Gets the severity.</summary>
    public required AlertSeverity Severity { get; init; }

    /// <summary>Gets the node's identity; <see langword="null"/> for an alert about the collector itself.</summary>
    public string? Node { get; init; }

    /// <summary>Gets the node's host name.</summary>
    public string? Hostname { get; init; }

    /// <summary>Gets the mount point, device, sensor or the like.</summary>
    public string? Entry { get; init; }

    /// <summary>Gets the node's labels.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; init; } = [];

    /// <summary>Gets the phase.</summary>
    public required AlertPhase Phase { get; init; }

    /// <summary>Gets when its condition began to hold, by the collector's wall clock.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Gets when it began to fire.</summary>
    public DateTimeOffset? FiredAt { get; init; }

    /// <summary>Gets when it ended.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>Gets the newest value.</summary>
    public double? Value { get; init; }

    /// <summary>Gets the problem, in a sentence with the value.</summary>
    public required string Summary { get; init; }

    /// <summary>Gets why it ended; <see langword="null"/> if its value ended it.</summary>
    public string? Ending { get; init; }

    /// <summary>Gets a value indicating whether its end is sent; not for a momentary event.</summary>
    public bool SendResolved { get; init; } = true;

    /// <summary>Gets a value indicating whether its node was evicted from the full node table:
    /// it stays as it is until the node reports again.</summary>
    public bool IsNodeEvicted { get; init; }

    /// <summary>Gets the silence or maintenance window that matches it.</summary>
    public string? SilencedBy { get; init; }

    /// <summary>Creates an identity.</summary>
    /// <remarks>The parts cannot contain the separator: options and the validator reject control characters.</remarks>
    public static string CreateId(string rule, string? node, string? entry) => $"{rule}\t{node}\t{entry}";

    /// <summary>Gets the value of a label, for matchers.</summary>
    public string? Label(string name) => name switch
    {
        AlertLabels.Rule => Rule,
        AlertLabels.Severity => Severity.Name(),
        AlertLabels.Node => Node,
        AlertLabels.Hostname => Hostname,
        AlertLabels.Entry => Entry,
        _ => Labels.FirstOrDefault(label => label.Key == name).Value,
    };
}
