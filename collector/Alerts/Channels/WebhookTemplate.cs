using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;
using NodeTelemetry.Collector.Alerts.Rules;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>
/// A JSON document with placeholders such as <c>{{title}}</c> in its strings. Values are written as JSON strings,
/// so nothing that a node sends can change the structure of the document.
/// </summary>
internal sealed partial class WebhookTemplate
{
    /// <summary>Maximum characters of a template.</summary>
    public const int LengthMax = 64 * 1024;

    private static readonly Dictionary<string, Func<AlertNotification, string>> Texts = new(StringComparer.Ordinal)
    {
        ["title"] = static notification => notification.Title,
        ["body"] = static notification => notification.Body,
        ["status"] = static notification => notification.Status,
        ["severity"] = static notification => notification.Severity.Name(),
        ["collector"] = static notification => notification.Collector,
        ["page"] = static notification => notification.Page.ToString(),
        ["time"] = static notification => notification.At.ToString("yyyy-MM-ddTHH:mm:ssZ", null),
    };

    private static readonly Dictionary<string, Action<Utf8JsonWriter, AlertNotification>> Values =
        new(StringComparer.Ordinal)
        {
            ["firing"] = static (writer, notification) => WriteAll(writer, notification.Firing),
            ["resolved"] = static (writer, notification) => WriteAll(writer, notification.Resolved),
            ["active"] = static (writer, notification) => WriteAll(writer, notification.Active),
            ["firingCount"] = static (writer, notification) => writer.WriteNumberValue(notification.Firing.Count),
            ["resolvedCount"] = static (writer, notification) => writer.WriteNumberValue(notification.Resolved.Count),
            ["activeCount"] = static (writer, notification) => writer.WriteNumberValue(notification.Active.Count),
        };

    private readonly JsonElement _root;

    private WebhookTemplate(JsonElement root) => _root = root;

    /// <summary>Gets the template that is used when none is given.</summary>
    public static WebhookTemplate Default { get; } = new(JsonDocument.Parse(
        """
        {
          "title": "{{title}}", "body": "{{body}}", "status": "{{status}}", "severity": "{{severity}}",
          "collector": "{{collector}}", "page": "{{page}}", "time": "{{time}}",
          "firing": "{{firing}}", "resolved": "{{resolved}}", "activeCount": "{{activeCount}}"
        }
        """).RootElement);

    /// <summary>Gets every placeholder.</summary>
    public static IEnumerable<string> Placeholders => Texts.Keys.Concat(Values.Keys);

    /// <summary>Parses a template.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="problem">The problem, in a sentence.</param>
    public static WebhookTemplate? Read(string text, out string? problem)
    {
        try
        {
            var root = JsonDocument.Parse(text).RootElement;
            var unknown = Placeholder().Matches(text)
                .Select(static match => match.Groups[1].Value)
                .FirstOrDefault(static name => !Placeholders.Contains(name));
            problem = unknown is null ? null
                : $"there is no placeholder '{{{{{unknown}}}}}'; there are {string.Join(", ", Placeholders)}.";
            return unknown is null ? new WebhookTemplate(root) : null;
        }
        catch (JsonException error)
        {
            problem = $"it is not JSON: {error.Message}";
            return null;
        }
    }

    /// <summary>Writes the document for a notification.</summary>
    public ReadOnlyMemory<byte> Fill(AlertNotification notification)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        Write(writer, _root, notification);
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element, AlertNotification notification)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value, notification);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(writer, item, notification);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                WriteText(writer, element.GetString()!, notification);
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    private static void WriteText(Utf8JsonWriter writer, string text, AlertNotification notification)
    {
        // A string that is only the placeholder of a list or number becomes that list or number.
        if (Placeholder().Match(text) is { Success: true } whole && whole.Length == text.Length
            && Values.TryGetValue(whole.Groups[1].Value, out var write))
        {
            write(writer, notification);
            return;
        }

        writer.WriteStringValue(Placeholder().Replace(text, match =>
            Texts.TryGetValue(match.Groups[1].Value, out var get) ? get(notification) : match.Value));
    }

    private static void WriteAll(Utf8JsonWriter writer, IReadOnlyList<Alert> alerts)
    {
        writer.WriteStartArray();
        foreach (var alert in alerts)
        {
            AlertJson.Write(writer, alert);
        }

        writer.WriteEndArray();
    }

    [GeneratedRegex(@"\{\{\s*(\w+)\s*\}\}")]
    private static partial Regex Placeholder();
}
