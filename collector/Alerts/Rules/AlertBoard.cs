namespace NodeTelemetry.Collector.Alerts.Rules;

/// <summary>All alerts at one moment, the most urgent first. Immutable.</summary>
/// <param name="Revision">Another number whenever an alert came, went or changed its state.</param>
/// <param name="Alerts">The alerts; those that ended stay for a while.</param>
internal sealed record AlertBoard(long Revision, IReadOnlyList<Alert> Alerts)
{
    /// <summary>Gets the one without alerts.</summary>
    public static AlertBoard Empty { get; } = new(0, []);

    /// <summary>Gets how bad the worst alert of each node is that fires and is not kept quiet; none is below a
    /// warning.</summary>
    public IReadOnlyDictionary<string, AlertSeverity> WorstByNode { get; } = Worst(Alerts);

    /// <summary>Counts the alerts that fire and are not kept quiet.</summary>
    public int FiringCount => Alerts.Count(static alert => alert is { Phase: AlertPhase.Firing, SilencedBy: null });

    /// <summary>Counts the alerts that fire and are kept quiet.</summary>
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
