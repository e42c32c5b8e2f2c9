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
        ["page"] = static notification => notification.Page.AbsoluteUri,
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

    private WebhookTemplate(JsonElement root)
    {
        _root = root;
        var used = Placeholder().Matches(root.GetRawText()).Select(static match => match.Groups[1].Value).ToHashSet();
        HasActive = used.Contains("active");
        HasLists = HasActive || used.Contains("firing") || used.Contains("resolved");
    }

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

    /// <summary>Gets a value indicating whether it contains alerts as data, not only as text.</summary>
    public bool HasLists { get; }

    /// <summary>Gets a value indicating whether it contains the alerts that were sent before, too.</summary>
    public bool HasActive { get; }

    /// <summary>Finds the service that gets the document.</summary>
    public WebhookService FindService(Uri address) => WebhookService.Find(address, _root);

    /// <summary>Writes the document for a notification.</summary>
    /// <param name="notification">The notification.</param>
    /// <param name="service">The service, whose limits apply.</param>
    /// <param name="lengthMax">Maximum characters of each text.</param>
    public ReadOnlyMemory<byte> Fill(AlertNotification notification, WebhookService service, int lengthMax)
    {
        var body = new Filling(notification, service, lengthMax).Write(_root);
        if (service.Total is not { } total)
        {
            return body.Document;
        }

        for (var length = Math.Min(lengthMax, total.Max); body.TotalLength > total.Max && length > 1; length /= 2)
        {
            body = new Filling(notification, service, length).Write(_root);
        }

        return body.Document;
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

    /// <summary>Fills a template once.</summary>
    private sealed class Filling(AlertNotification notification, WebhookService service, int lengthMax)
    {
        private readonly ArrayBufferWriter<byte> _buffer = new();
        private int _totalLength;

        public (ReadOnlyMemory<byte> Document, int TotalLength) Write(JsonElement root)
        {
            using var writer = new Utf8JsonWriter(_buffer);
            Write(writer, root, string.Empty);
            writer.Flush();
            return (_buffer.WrittenMemory, _totalLength);
        }

        private void Write(Utf8JsonWriter writer, JsonElement element, string path)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Object:
                    writer.WriteStartObject();
                    foreach (var member in element.EnumerateObject())
                    {
                        writer.WritePropertyName(member.Name);
                        Write(writer, member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}");
                    }

                    writer.WriteEndObject();
                    break;
                case JsonValueKind.Array:
                    writer.WriteStartArray();
                    foreach (var item in element.EnumerateArray())
                    {
                        Write(writer, item, path + FindType(item));
                    }

                    writer.WriteEndArray();
                    break;
                case JsonValueKind.String:
                    WriteText(writer, element.GetString()!, path);
                    break;
                default:
                    element.WriteTo(writer);
                    break;
            }
        }

        // The kind of a block has its own limits; the kind of a text, such as mrkdwn, has not.
        private static string FindType(JsonElement item) =>
            item.ValueKind == JsonValueKind.Object && item.TryGetProperty("type", out var type)
            && type.ValueKind == JsonValueKind.String && type.GetString() is { } name
            && name is not ("mrkdwn" or "plain_text")
                ? ":" + name
                : string.Empty;

        private void WriteText(Utf8JsonWriter writer, string text, string path)
        {
            // A string that is only the placeholder of a list or number becomes that list or number.
            if (Placeholder().Match(text) is { Success: true } whole && whole.Length == text.Length
                && Values.TryGetValue(whole.Groups[1].Value, out var write))
            {
                write(writer, notification);
                return;
            }

            var filled = Placeholder().IsMatch(text) ? Fit(text, service.GetLimit(path).AtMost(lengthMax)) : text;
            if (service.Total is { } total && path.StartsWith(total.Member, StringComparison.Ordinal))
            {
                _totalLength += filled.Length;
            }

            writer.WriteStringValue(filled);
        }

        /// <summary>Fills a text within a limit: the body gives way first, then the title;
        /// what surrounds them stays.</summary>
        private string Fit(string text, TextLimit limit)
        {
            var all = Replace(text, notification.Body, notification.Title);
            if (limit.Accepts(all))
            {
                return all;
            }

            var room = FindRoom(limit, Replace(text, string.Empty, notification.Title), text, "body");
            var body = room.Max == 0 ? string.Empty : notification.FitBody(room);
            var shorter = Replace(text, body, notification.Title);
            if (limit.Accepts(shorter))
            {
                return shorter;
            }

            room = FindRoom(limit, Replace(text, body, string.Empty), text, "title");
            return limit.Cut(Replace(text, body, room.Cut(notification.Title)));
        }

        private static TextLimit FindRoom(TextLimit limit, string rest, string text, string name)
        {
            var count = Placeholder().Matches(text).Count(match => match.Groups[1].Value == name);
            var room = limit.Beside(rest);
            return count < 2 ? room : room with { Max = room.Max / count };
        }

        private string Replace(string text, string body, string title) => Placeholder().Replace(text, match =>
            match.Groups[1].Value switch
            {
                "body" => body,
                "title" => title,
                var name => Texts.TryGetValue(name, out var get) ? get(notification) : match.Value,
            });
    }
}
