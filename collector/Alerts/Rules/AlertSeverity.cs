namespace NodeTelemetry.Collector.Alerts.Rules;

/// <summary>How bad it is. The names, in lower case, stand in options, in the API and in labels.</summary>
internal enum AlertSeverity
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>Needs attention today.</summary>
    Warning,

    /// <summary>Needs attention now.</summary>
    Critical,
}

/// <summary>The names of <see cref="AlertSeverity"/>.</summary>
internal static class AlertSeverityNames
{
    /// <summary>What options accept, in words.</summary>
    public const string Range = "info, warning or critical";

    /// <summary>Gets the name.</summary>
    public static string Name(this AlertSeverity severity) => severity switch
    {
        AlertSeverity.Info => "info",
        AlertSeverity.Warning => "warning",
        _ => "critical",
    };

    /// <summary>Reads a name.</summary>
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
