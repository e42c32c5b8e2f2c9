using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Storage.History;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Collector.Dashboard;

/// <summary>Serves the history as API.md describes it.</summary>
internal sealed class HistoryEndpoints(NodeRegistry registry, HistoryQuery history, TimeProvider time)
{
    private delegate bool WantedReader<T>(IQueryCollection query, out T wanted, out string problem);

    private const int PointsMin = 10;
    private const int PointsDefault = 500;

    private static readonly TimeSpan NodeRangeDefault = TimeSpan.FromHours(1);
    private static readonly TimeSpan OverviewRangeDefault = TimeSpan.FromMinutes(10);

    /// <summary>Adds the endpoints.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/api/nodes/{id}/history", DashboardEndpoints.ReadMethods, OneNode);
        routes.MapMethods("/api/nodes/{id}/history/sections", DashboardEndpoints.ReadMethods, OneNodesSections);
        routes.MapMethods("/api/history", DashboardEndpoints.ReadMethods, AllNodes);
    }

    private Task OneNode(HttpContext context) =>
        RespondAsync<IReadOnlyCollection<FieldDefinition>?, NodeHistory>(
            context,
            TryReadReadings,
            (id, readings, range) => history.Node(id, readings, range.From, range.To, range.Points),
            Write);

    private Task OneNodesSections(HttpContext context) =>
        RespondAsync<IReadOnlyCollection<SectionDefinition>?, NodeEntriesHistory>(
            context,
            TryReadSections,
            (id, sections, range) => history.Entries(id, sections, range.From, range.To, range.Points),
            Write);

    private Task RespondAsync<TWanted, TResult>(
        HttpContext context,
        WantedReader<TWanted> tryRead,
        Func<string, TWanted, RequestedRange, TResult> ask,
        Action<Utf8JsonWriter, NodeStatus, TResult> write)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        if (!registry.TryGet(id, out var status))
        {
            return DashboardEndpoints.WriteUnknownNodeAsync(context, id);
        }

        if (!TryReadRange(context.Request.Query, NodeRangeDefault, out var range, out var problem)
            || !tryRead(context.Request.Query, out var wanted, out problem))
        {
            return Refuse(context, problem);
        }

        return RespondAsync(context, () => ask(id, wanted, range), (writer, result) => write(writer, status, result));
    }

    private Task AllNodes(HttpContext context)
    {
        var query = context.Request.Query;
        var name = query["reading"].FirstOrDefault() ?? string.Empty;
        if (HistoryQuery.FindReading(name) is not { } reading)
        {
            return Refuse(context, UnknownReading(name));
        }

        return TryReadRange(query, OverviewRangeDefault, out var range, out var problem)
            ? RespondAsync(context, () => history.All(reading, range.From, range.To, range.Points), Write)
            : Refuse(context, problem);
    }

    private static async Task RespondAsync<TResult>(
        HttpContext context, Func<TResult> ask, Action<Utf8JsonWriter, TResult> write)
    {
        TResult result;
        try
        {
            result = ask();
        }
        catch (SqliteException error)
        {
            await DashboardEndpoints.WriteErrorAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                $"The history cannot currently be read ({error.Message}). The live view is not affected; "
                + "see /api/status.");
            return;
        }

        await DashboardEndpoints.WriteJsonAsync(context, writer => write(writer, result));
    }

    private static Task Refuse(HttpContext context, string problem) =>
        DashboardEndpoints.WriteErrorAsync(context, StatusCodes.Status400BadRequest, problem);

    private static string UnknownReading(string name) =>
        $"'{name}' is not a reading with history. The readings are: "
        + string.Join(", ", HistoryStore.Readings.Select(static reading => reading.ApiName)) + ".";

    private static bool TryReadReadings(
        IQueryCollection query, out IReadOnlyCollection<FieldDefinition>? readings, out string problem)
    {
        readings = null;
        problem = string.Empty;
        var names = query["readings"].FirstOrDefault()?.Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (names is null)
        {
            return true;
        }

        var found = new List<FieldDefinition>();
        foreach (var name in names)
        {
            if (HistoryQuery.FindReading(name) is not { } reading)
            {
                problem = UnknownReading(name);
                return false;
            }

            // A repeated name must not lengthen the response.
            if (!found.Contains(reading))
            {
                found.Add(reading);
            }
        }

        readings = found;
        return true;
    }

    private static bool TryReadSections(
        IQueryCollection query, out IReadOnlyCollection<SectionDefinition>? sections, out string problem)
    {
        sections = null;
        problem = string.Empty;
        if (query["sections"].FirstOrDefault()?.Split(',', StringSplitOptions.RemoveEmptyEntries) is not { } names)
        {
            return true;
        }

        sections = [.. SectionCatalog.All.Where(section => names.Contains(section.Key))];
        var unknown = names.FirstOrDefault(static name => SectionCatalog.All.All(section => section.Key != name));
        problem = $"'{unknown}' is not a section. The sections are: "
            + string.Join(", ", SectionCatalog.All.Select(static section => section.Key)) + ".";
        return unknown is null;
    }

    private static void Write(Utf8JsonWriter writer, NodeStatus status, NodeEntriesHistory result)
    {
        writer.WriteStartObject();
        writer.WriteString("node"u8, status.Id);
        writer.WriteString("hostname"u8, status.Hostname);
        WriteRange(writer, result.From, result.To, result.Step, result.Times);
        writer.WriteStartObject("sections"u8);
        foreach (var section in result.Entries.GroupBy(static entry => entry.Field.Section.Key))
        {
            writer.WriteStartObject(section.Key);
            foreach (var entry in section.GroupBy(static entry => entry.Entry))
            {
                writer.WriteStartObject(entry.Key);
                foreach (var series in entry)
                {
                    var field = series.Field;
                    WriteBand(
                        writer, field.ApiName, GetUnitName(field.Unit, field.Kind), series.Min, series.Avg, series.Max);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, NodeStatus status, NodeHistory result)
    {
        writer.WriteStartObject();
        writer.WriteString("node"u8, status.Id);
        writer.WriteString("hostname"u8, status.Hostname);
        WriteRange(writer, result.From, result.To, result.Step, result.Times);
        writer.WriteStartObject("readings"u8);
        foreach (var reading in result.Readings)
        {
            var definition = reading.Definition;
            WriteBand(
                writer,
                definition.ApiName,
                GetUnitName(definition.Unit, definition.Kind),
                reading.Min,
                reading.Avg,
                reading.Max);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ReadingOverview result)
    {
        writer.WriteStartObject();
        writer.WriteString("reading"u8, result.Definition.ApiName);
        writer.WriteString("unit"u8, GetUnitName(result.Definition.Unit, result.Definition.Kind));
        WriteRange(writer, result.From, result.To, result.Step, result.Times);
        writer.WriteStartObject("nodes"u8);
        foreach (var (node, values) in result.Nodes)
        {
            WriteValues(writer, node, values);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteBand(
        Utf8JsonWriter writer, string name, string unit, double?[] min, double?[] avg, double?[] max)
    {
        writer.WriteStartObject(name);
        writer.WriteString("unit"u8, unit);
        WriteValues(writer, "min", min);
        WriteValues(writer, "avg", avg);
        WriteValues(writer, "max", max);
        writer.WriteEndObject();
    }

    private static void WriteRange(Utf8JsonWriter writer, long from, long to, long step, long[] times)
    {
        writer.WriteNumber("from"u8, from);
        writer.WriteNumber("to"u8, to);
        writer.WriteNumber("step"u8, step);
        writer.WriteStartArray("times"u8);
        foreach (var start in times)
        {
            writer.WriteNumberValue(start);
        }

        writer.WriteEndArray();
    }

    private static void WriteValues(Utf8JsonWriter writer, string name, double?[] values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            if (value is { } number)
            {
                writer.WriteNumberValue((float)number);
            }
            else
            {
                writer.WriteNullValue();
            }
        }

        writer.WriteEndArray();
    }

    /// <summary>Gets the name of a unit in camel case; the history of a counter is its rate per second.</summary>
    private static string GetUnitName(ReadingUnit unit, FieldKind kind)
    {
        var name = unit == ReadingUnit.None ? string.Empty : JsonNamingPolicy.CamelCase.ConvertName(unit.ToString());
        return kind != FieldKind.Counter ? name : name.Length == 0 ? "perSecond" : name + "PerSecond";
    }

    private bool TryReadRange(
        IQueryCollection query,
        TimeSpan rangeDefault,
        out RequestedRange range,
        out string problem)
    {
        range = default;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var max = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        if (!TryReadInteger(query, "to", now, 0, max, out var to, out problem)
            || !TryReadInteger(
                query, "from", to - (long)rangeDefault.TotalMilliseconds, 0, max, out var from, out problem)
            || !TryReadInteger(
                query, "points", PointsDefault, PointsMin, HistoryQuery.PointsMax, out var points, out problem))
        {
            return false;
        }

        if (from >= to)
        {
            problem = $"from ({from}) must be before to ({to}).";
            return false;
        }

        range = new(
            DateTimeOffset.FromUnixTimeMilliseconds(from), DateTimeOffset.FromUnixTimeMilliseconds(to), (int)points);
        return true;
    }

    /// <summary>Reads a whole number within limits; <paramref name="problem"/> is a sentence.</summary>
    internal static bool TryReadInteger(
        IQueryCollection query, string name, long defaultValue, long min, long max, out long value, out string problem)
    {
        problem = string.Empty;
        value = defaultValue;
        if (query[name].FirstOrDefault() is not { } text)
        {
            return true;
        }

        if (long.TryParse(
            text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max)
        {
            return true;
        }

        problem = $"{name}: '{text}' is not a whole number from {min} to {max}.";
        return false;
    }

    private readonly record struct RequestedRange(DateTimeOffset From, DateTimeOffset To, int Points);
}
