using System.Text.Json;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Storage.Tables;

namespace NodeTelemetry.Collector.Dashboard;

/// <summary>Serves the events as API.md describes it.</summary>
/// <param name="read">Reads the events.</param>
/// <param name="time">The clock.</param>
internal sealed class EventEndpoints(Func<EventFilter, IReadOnlyList<NodeEvent>> read, TimeProvider time)
{
    private const int LimitDefault = 100;

    /// <summary>Adds the endpoint.</summary>
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/api/events", DashboardEndpoints.ReadMethods, RespondAsync);

    private static bool TryReadFilter(IQueryCollection query, out EventFilter filter, out string problem)
    {
        filter = new EventFilter(null, [], 0, long.MaxValue, long.MaxValue, LimitDefault);
        if (!HistoryEndpoints.TryReadInteger(query, "from", 0, 0, long.MaxValue, out var from, out problem)
            || !HistoryEndpoints.TryReadInteger(
                query, "to", long.MaxValue, 0, long.MaxValue, out var to, out problem)
            || !HistoryEndpoints.TryReadInteger(
                query, "before", long.MaxValue, 0, long.MaxValue, out var before, out problem)
            || !HistoryEndpoints.TryReadInteger(
                query, "limit", LimitDefault, 1, EventFilter.LimitMax, out var limit, out problem))
        {
            return false;
        }

        var kinds = new HashSet<NodeEventKind>();
        var names = query["kind"].SelectMany(static text => (text ?? string.Empty).Split(
            ',', StringSplitOptions.RemoveEmptyEntries));
        foreach (var name in names)
        {
            if (!NodeEventKindNames.TryParse(name, out var kind))
            {
                problem = $"'{name}' is not a kind of event. The kinds are: "
                    + $"{string.Join(", ", NodeEventKindNames.All)}.";
                return false;
            }

            kinds.Add(kind);
        }

        filter = new EventFilter(query["node"].FirstOrDefault(), kinds, from, to, before, (int)limit);
        return true;
    }

    private async Task RespondAsync(HttpContext context)
    {
        if (!TryReadFilter(context.Request.Query, out var filter, out var problem))
        {
            await DashboardEndpoints.WriteErrorAsync(context, StatusCodes.Status400BadRequest, problem);
            return;
        }

        IReadOnlyList<NodeEvent> events;
        try
        {
            events = read(filter);
        }
        catch (SqliteException error)
        {
            await DashboardEndpoints.WriteErrorAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                $"The events cannot currently be read ({error.Message}). The live view is not affected; "
                + "see /api/status.");
            return;
        }

        await DashboardEndpoints.WriteJsonAsync(context, writer => Write(writer, events, filter));
    }

    private void Write(Utf8JsonWriter writer, IReadOnlyList<NodeEvent> events, EventFilter filter)
    {
        writer.WriteStartObject();
        writer.WriteNumber("time"u8, time.GetUtcNow().ToUnixTimeMilliseconds());
        writer.WriteStartArray("events"u8);
        foreach (var raised in events)
        {
            EventJson.Write(writer, raised);
        }

        writer.WriteEndArray();
        if (events.Count == filter.Limit)
        {
            writer.WriteNumber("next"u8, events[^1].Id);
        }

        writer.WriteEndObject();
    }
}
