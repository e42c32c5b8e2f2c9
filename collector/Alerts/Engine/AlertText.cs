using System.Globalization;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Catalog;

namespace NodeTelemetry.Collector.Alerts.Engine;

/// <summary>The summaries of alerts.</summary>
internal static class AlertText
{
    /// <summary>Creates the summary, such as <c>pi-01: CPU temperature is 84 °C, above 80 °C.</c></summary>
    public static string CreateSummary(
        AlertRule rule, NodeStatus status, string? entry, double? value, ReportedEvents reported) =>
        rule.Kind switch
        {
            AlertRuleKind.NodeLost => reported.GetLossText(status.Id)
                ?? $"Node {status.Hostname} is lost; last datagram at {status.LastSeen:u}.",
            AlertRuleKind.Rebooted => reported.GetRebootText(status.Id)
                ?? $"Node {status.Hostname} was rebooted unexpectedly.",
            AlertRuleKind.Duplicate => status.Conflict?.Text ?? $"Node {status.Hostname} shares its identity.",
            _ => SummarizeReading(rule, status, entry, value),
        };

    /// <summary>Formats a value with its display unit.</summary>
    public static string FormatValue(ReadingUnit unit, double value)
    {
        var (text, factor) = unit switch
        {
            ReadingUnit.Ratio => (" %", 100),
            ReadingUnit.Celsius => (" °C", 1),
            ReadingUnit.Hertz => (" MHz", 1e-6),
            ReadingUnit.Bytes => (" MB", 1e-6),
            ReadingUnit.BytesPerSecond => (" MB/s", 1e-6),
            ReadingUnit.Seconds => (" s", 1),
            ReadingUnit.Volts => (" V", 1),
            ReadingUnit.Amperes => (" A", 1),
            ReadingUnit.Watts => (" W", 1),
            ReadingUnit.Ohms => (" Ω", 1),
            ReadingUnit.Pascals => (" hPa", 0.01),
            ReadingUnit.Lux => (" lx", 1),
            ReadingUnit.Decibels => (" dB", 1),
            ReadingUnit.RevolutionsPerMinute => (" rpm", 1),
            ReadingUnit.MicrogramsPerCubicMetre => (" µg/m³", 1),
            _ => (string.Empty, 1),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{value * factor:0.###}{text}");
    }

    private static string SummarizeReading(AlertRule rule, NodeStatus status, string? entry, double? value)
    {
        var (name, unit) = (rule.Reading!.Name, rule.Reading.Unit);
        var at = entry is null ? string.Empty : $" of {entry}";
        if (rule.Text is { } text)
        {
            if (text.Contains("{entry}", StringComparison.Ordinal))
            {
                (text, at) = (text.Replace("{entry}", entry, StringComparison.Ordinal), string.Empty);
            }

            // The text already states a flag.
            return value is { } shown && rule.Above is not 0
                ? $"{status.Hostname}: {text}{at} ({FormatValue(unit, shown)})."
                : $"{status.Hostname}: {text}{at}.";
        }

        var limit = rule.Above is { } above
            ? $"above {FormatValue(unit, above)}"
            : $"below {FormatValue(unit, rule.Below ?? 0)}";
        return $"{status.Hostname}: {name}{at} is {FormatValue(unit, value ?? 0)}, {limit}.";
    }
}
