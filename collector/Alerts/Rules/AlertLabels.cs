namespace NodeTelemetry.Collector.Alerts.Rules;

/// <summary>The labels of every alert, in addition to those of its node.</summary>
internal static class AlertLabels
{
    /// <summary>The rule; the name that Prometheus and Alertmanager use.</summary>
    public const string Rule = "alertname";

    /// <summary>The severity.</summary>
    public const string Severity = "severity";

    /// <summary>The node's identity.</summary>
    public const string Node = "node";

    /// <summary>The node's host name.</summary>
    public const string Hostname = "hostname";

    /// <summary>The mount point, device, sensor or the like.</summary>
    public const string Entry = "entry";
}
