using System.Globalization;
using System.Text.Json;
using NodeTelemetry.Collector.Alerts.Channels;
using NodeTelemetry.Collector.Alerts.Engine;
using NodeTelemetry.Collector.Alerts.Rules;

namespace NodeTelemetry.Collector.Dashboard;

/// <summary>Serves alerts and silences as API.md describes them.</summary>
internal sealed class AlertEndpoints(
    IReadOnlyList<AlertRule> rules,
    Func<AlertBoard> board,
    Func<IEnumerable<ChannelStatus>> channels,
    SilenceList silences,
    TimeProvider time)
{
    /// <summary>Maximum characters of an author.</summary>
    private const int AuthorLengthMax = 100;

    /// <summary>Maximum characters of a comment.</summary>
    private const int CommentLengthMax = 1000;

    /// <summary>The longest silence; to suppress alerts permanently, disable the rule.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromDays(366);

    /// <summary>Adds the endpoints.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(
            "/api/alerts", DashboardEndpoints.ReadMethods,
            context => DashboardEndpoints.WriteJsonAsync(context, Write));
        routes.MapMethods(
            "/api/rules", DashboardEndpoints.ReadMethods,
            context => DashboardEndpoints.WriteJsonAsync(context, WriteRules));
        routes.MapMethods(
            "/api/silences", DashboardEndpoints.ReadMethods,
            context => DashboardEndpoints.WriteJsonAsync(context, WriteSilences));
        routes.MapPost("/api/silences", AddAsync);
        routes.MapDelete("/api/silences/{id}", Remove);
    }

    /// <summary>Writes the alert counts for the collector's status.</summary>
    public void WriteSummary(Utf8JsonWriter writer)
    {
        var alerts = board();
        writer.WriteStartObject("alerts"u8);
        writer.WriteNumber("revision"u8, alerts.Revision);
        writer.WriteNumber("firing"u8, alerts.FiringCount);
        writer.WriteNumber("silenced"u8, alerts.SilencedCount);
        WriteChannels(writer);
        writer.WriteEndObject();
    }

    private void Write(Utf8JsonWriter writer)
    {
        var alerts = board();
        writer.WriteStartObject();
        writer.WriteNumber("time"u8, time.GetUtcNow().ToUnixTimeMilliseconds());
        writer.WriteNumber("revision"u8, alerts.Revision);
        writer.WriteStartArray("alerts"u8);
        foreach (var alert in alerts.Alerts)
        {
            AlertJson.Write(writer, alert);
        }

        writer.WriteEndArray();
        WriteChannels(writer);
        writer.WriteEndObject();
    }

    private void WriteChannels(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("channels"u8);
        foreach (var channel in channels())
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, channel.Name);
            writer.WriteString("type"u8, channel.Type);
            writer.WriteNumber("waiting"u8, channel.WaitingCount);
            if (channel.SentAt is { } sentAt)
            {
                writer.WriteNumber("sentAt"u8, sentAt.ToUnixTimeMilliseconds());
            }

            if (channel.Problem is { } problem)
            {
                writer.WriteString("problem"u8, problem);
            }

            if (channel.ProblemSince is { } since)
            {
                writer.WriteNumber("problemSince"u8, since.ToUnixTimeMilliseconds());
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteRules(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("rules"u8);
        foreach (var rule in rules)
        {
            AlertJson.Write(writer, rule);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WriteSilences(Utf8JsonWriter writer)
    {
        var now = time.GetUtcNow();
        writer.WriteStartObject();
        writer.WriteStartArray("silences"u8);
        foreach (var silence in silences.Active)
        {
            AlertJson.Write(writer, silence);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("maintenance"u8);
        foreach (var window in silences.Windows)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, window.Name);
            writer.WriteString("matchers"u8, window.Matcher.ToString());
            writer.WriteString("start"u8, window.Start.ToString("HH:mm", CultureInfo.InvariantCulture));
            writer.WriteNumber("durationSeconds"u8, (long)window.Duration.TotalSeconds);
            writer.WriteString("timeZone"u8, window.Zone.Id);
            writer.WriteStartArray("days"u8);
            foreach (var day in window.Days)
            {
                writer.WriteStringValue(day.ToString()[..3]);
            }

            writer.WriteEndArray();
            writer.WriteBoolean("open"u8, window.IsOpen(now));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private async Task AddAsync(HttpContext context)
    {
        Silence? silence;
        string? problem;
        try
        {
            using var document = await JsonDocument.ParseAsync(
                context.Request.Body, default, context.RequestAborted);
            silence = Read(document.RootElement, out problem);
        }
        catch (InvalidOperationException)
        {
            // The parser accepts half of a surrogate pair, GetString does not.
            (silence, problem) = (null, "The body contains text that is not valid Unicode.");
        }
        catch (JsonException error)
        {
            (silence, problem) = (null, $"The body is not JSON: {error.Message}");
        }
        catch (BadHttpRequestException error)
        {
            (silence, problem) = (null, $"The body cannot be read: {error.Message}");
        }

        if (silence is null)
        {
            await DashboardEndpoints.WriteErrorAsync(context, StatusCodes.Status400BadRequest, problem!);
        }
        else if (!silences.TryAdd(silence))
        {
            await DashboardEndpoints.WriteErrorAsync(
                context, StatusCodes.Status409Conflict,
                $"There are {SilenceList.CountMax} silences already; remove some with DELETE /api/silences/ID.");
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status201Created;
            context.Response.Headers.Location = $"/api/silences/{silence.Id}";
            await DashboardEndpoints.WriteJsonAsync(context, writer => AlertJson.Write(writer, silence));
        }
    }

    private Task Remove(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        if (!silences.TryRemove(id))
        {
            return DashboardEndpoints.WriteErrorAsync(
                context, StatusCodes.Status404NotFound, $"There is no silence '{id}'. /api/silences lists them all.");
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private Silence? Read(JsonElement root, out string? problem)
    {
        var now = time.GetUtcNow();
        problem = null;
        if (root.ValueKind != JsonValueKind.Object)
        {
            problem = "The body must be an object.";
            return null;
        }

        var matcher = ReadMatcher(root, ref problem);
        var until = ReadUntil(root, now, ref problem);
        var author = Text(root, "author", AuthorLengthMax, ref problem);
        var comment = Text(root, "comment", CommentLengthMax, ref problem);
        return problem is null
            ? new Silence(Guid.NewGuid().ToString("N")[..16], matcher!, now, until, author!, comment!)
            : null;
    }

    private static AlertMatcher? ReadMatcher(JsonElement root, ref string? problem)
    {
        var patterns = new List<KeyValuePair<string, string>>();
        if (root.TryGetProperty("matchers", out var matchers) && matchers.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in matchers.EnumerateObject())
            {
                if (member.Value.ValueKind != JsonValueKind.String
                    || member.Name.Length + member.Value.GetString()!.Length > AlertMatcher.LengthMax)
                {
                    problem ??= $"matchers: '{member.Name}' must have a pattern, a string of at most "
                        + $"{AlertMatcher.LengthMax} characters.";
                    return null;
                }

                patterns.Add(KeyValuePair.Create(member.Name, member.Value.GetString()!));
            }
        }

        if (patterns.Count is 0 or > AlertMatcher.CountMax)
        {
            problem ??= "matchers: give 1 to 16 labels and patterns, such as {\"hostname\":\"pi-*\"}; "
                + "{\"alertname\":\"*\"} matches all.";
        }

        return new AlertMatcher(patterns);
    }

    private static DateTimeOffset ReadUntil(JsonElement root, DateTimeOffset now, ref string? problem)
    {
        var until = default(DateTimeOffset);
        var isRead = root.TryGetProperty("until", out var value) && value.ValueKind switch
        {
            // Beyond the year 9999 DateTimeOffset overflows.
            JsonValueKind.Number => value.TryGetInt64(out var milliseconds) && milliseconds is > 0 and < 253402300800000
                && (until = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)) != default,
            JsonValueKind.String => DateTimeOffset.TryParse(
                value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out until),
            _ => false,
        };
        if (!isRead || until <= now || until > now + SilenceMax)
        {
            problem ??= "until: give a time within the next 366 days, in ms since the epoch or as "
                + "2026-11-21T18:00:00Z.";
        }

        return until;
    }

    private static string? Text(JsonElement root, string name, int lengthMax, ref string? problem)
    {
        var text = root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!.Trim()
            : string.Empty;
        if (text.Length is 0 || text.Length > lengthMax || text.Any(char.IsControl))
        {
            problem ??= $"{name}: give a text of 1 to {lengthMax} characters.";
        }

        return text;
    }
}
