namespace NodeTelemetry.Collector.Alerts.Rules;

/// <summary>All alerts at one moment, the most urgent first. Immutable.</summary>
/// <param name="Revision">It increases when an alert appears, disappears or changes its state.</param>
/// <param name="Alerts">The alerts; resolved ones stay for a while.</param>
internal sealed record AlertBoard(long Revision, IReadOnlyList<Alert> Alerts)
{
    /// <summary>Gets the board without alerts.</summary>
    public static AlertBoard Empty { get; } = new(0, []);

    /// <summary>Gets the worst severity of each node's firing, unsilenced alerts, from warning upwards.</summary>
    public IReadOnlyDictionary<string, AlertSeverity> WorstByNode { get; } = Worst(Alerts);

    /// <summary>Gets the number of firing, unsilenced alerts.</summary>
    public int FiringCount => Alerts.Count(static alert => alert is { Phase: AlertPhase.Firing, SilencedBy: null });

    /// <summary>Gets the number of firing, silenced alerts.</summary>
    public int SilencedCount =>
        Alerts.Count(static alert => alert is { Phase: AlertPhase.Firing, SilencedBy: not null });

    private static Dictionary<string, AlertSeverity> Worst(IReadOnlyList<Alert> alerts)
    {
        var worst = new Dictionary<string, AlertSeverity>(StringComparer.Ordinal);
        foreach (var alert in alerts)
        {
            if (alert is { Phase: AlertPhase.Firing, SilencedBy: null, Node: { } node, Severity: > AlertSeverity.Info }
                && (!worst.TryGetValue(node, out var known) || alert.Severity > known))
            {
                worst[node] = alert.Severity;
            }
        }

        return worst;
    }
}
