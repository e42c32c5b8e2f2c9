namespace NodeTelemetry.Collector.Alerts.Rules;

/// <summary>The severity of an alert. Options, the API and labels contain the names in lower case.</summary>
internal enum AlertSeverity
{
    /// <summary>For information.</summary>
    Info,

    /// <summary>Needs attention today.</summary>
    Warning,

    /// <summary>Needs attention now.</summary>
    Critical,
}

/// <summary>The names of <see cref="AlertSeverity"/>.</summary>
internal static class AlertSeverityNames
{
    /// <summary>All names, in the order of the values.</summary>
    public static readonly string[] All = ["info", "warning", "critical"];

    /// <summary>Gets the name.</summary>
    public static string Name(this AlertSeverity severity) => All[(int)severity];

    /// <summary>Parses a name.</summary>
    public static bool TryParse(string text, out AlertSeverity severity)
    {
        foreach (var value in Enum.GetValues<AlertSeverity>())
        {
            if (value.Name().Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                severity = value;
                return true;
            }
        }

        severity = default;
        return false;
    }
}
