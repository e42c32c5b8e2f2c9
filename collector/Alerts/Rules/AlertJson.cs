using System.Text.Json;

namespace NodeTelemetry.Collector.Alerts.Rules;

/// <summary>Writes alerts and silences as API.md describes them.</summary>
internal static class AlertJson
{
    /// <summary>Writes an alert.</summary>
    public static void Write(Utf8JsonWriter writer, Alert alert)
    {
        writer.WriteStartObject();
        writer.WriteString("rule"u8, alert.Rule);
        writer.WriteString("severity"u8, alert.Severity.Name());
        writer.WriteString("state"u8, alert.Phase.Name());
        Optional(writer, "node"u8, alert.Node);
        Optional(writer, "hostname"u8, alert.Hostname);
        Optional(writer, "entry"u8, alert.Entry);
        if (alert.Labels.Count > 0)
        {
            WritePairs(writer, "labels"u8, alert.Labels);
        }

        writer.WriteNumber("since"u8, alert.Since.ToUnixTimeMilliseconds());
        Optional(writer, "firedAt"u8, alert.FiredAt);
        Optional(writer, "resolvedAt"u8, alert.ResolvedAt);
        Optional(writer, "value"u8, alert.Value);
        writer.WriteString("summary"u8, alert.Summary);
        Optional(writer, "ending"u8, alert.Ending);
        Optional(writer, "silencedBy"u8, alert.SilencedBy);
        writer.WriteEndObject();
    }

    /// <summary>Writes a rule.</summary>
    public static void Write(Utf8JsonWriter writer, AlertRule rule)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, rule.Name);
        writer.WriteString("kind"u8, rule.Kind.Name());
        writer.WriteString("severity"u8, rule.Severity.Name());
        if (rule.Reading is { } reading)
        {
            writer.WriteString("reading"u8, reading.Name);
            writer.WriteString("entry"u8, rule.Entry);
        }

        Optional(writer, "above"u8, rule.Above);
        Optional(writer, "below"u8, rule.Below);
        Optional(writer, "clear"u8, rule.Clear);
        writer.WriteNumber("forSeconds"u8, rule.For.TotalSeconds);
        writer.WriteNumber("keepFiringSeconds"u8, rule.KeepFiringFor.TotalSeconds);
        if (rule.Nodes.Patterns.Count > 0)
        {
            writer.WriteString("nodes"u8, rule.Nodes.ToString());
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes a silence.</summary>
    public static void Write(Utf8JsonWriter writer, Silence silence)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, silence.Id);
        WritePairs(writer, "matchers"u8, silence.Matcher.Patterns);
        writer.WriteNumber("createdAt"u8, silence.CreatedAt.ToUnixTimeMilliseconds());
        writer.WriteNumber("until"u8, silence.Until.ToUnixTimeMilliseconds());
        writer.WriteString("author"u8, silence.Author);
        writer.WriteString("comment"u8, silence.Comment);
        writer.WriteEndObject();
    }

    private static void WritePairs(
        Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        writer.WriteStartObject(name);
        foreach (var (key, value) in pairs)
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
    }

    private static void Optional(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static void Optional(Utf8JsonWriter writer, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    private static void Optional(Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset? value)
    {
        if (value is { } time)
        {
            writer.WriteNumber(name, time.ToUnixTimeMilliseconds());
        }
    }
}
