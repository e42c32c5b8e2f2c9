using System.Text.Json;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Registry;

namespace NodeTelemetry.Collector.Dashboard;

/// <summary>Serves the page and the API that API.md describes.</summary>
internal sealed class DashboardEndpoints(
    NodeRegistry registry, LiveFeed feed, Action<Utf8JsonWriter> writeStatus, TimeProvider time)
{
    /// <summary>The methods of read-only endpoints; monitors use HEAD.</summary>
    internal static readonly string[] ReadMethods = [HttpMethods.Get, HttpMethods.Head];

    private const string JsonType = "application/json; charset=utf-8";

    /// <summary>Adds the endpoints.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/api/nodes", ReadMethods, AllNodes);
        routes.MapMethods("/api/nodes/{id}", ReadMethods, OneNode);
        routes.MapMethods("/api/status", ReadMethods, context => WriteJsonAsync(context, writeStatus));
        routes.MapGet("/api/live", Live);
    }

    /// <summary>Responds with the JSON that <paramref name="write"/> writes.</summary>
    internal static async Task WriteJsonAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        SetJson(context);
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, NodeJson.WriterOptions);
        write(writer);
        await writer.FlushAsync(context.RequestAborted);
    }

    /// <summary>Responds with a status and <c>{"error":…}</c>, a sentence that says what to do.</summary>
    internal static Task WriteErrorAsync(HttpContext context, int statusCode, string error)
    {
        context.Response.StatusCode = statusCode;
        return WriteJsonAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("error"u8, error);
            writer.WriteEndObject();
        });
    }

    /// <summary>Responds 404 for an unknown node.</summary>
    internal static Task WriteUnknownNodeAsync(HttpContext context, string id) =>
        WriteErrorAsync(
            context, StatusCodes.Status404NotFound, $"There is no node '{id}'. /api/nodes lists all nodes.");

    private static void SetJson(HttpContext context)
    {
        context.Response.ContentType = JsonType;
        context.Response.Headers.CacheControl = "no-store";
    }

    private Task AllNodes(HttpContext context)
    {
        SetJson(context);
        return NodeJson.WriteAllAsync(
            context.Response.BodyWriter, registry.Statuses, time, context.RequestAborted);
    }

    private Task OneNode(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return registry.TryGet(id, out var status)
            ? WriteJsonAsync(context, writer => NodeJson.Write(writer, status, time, NodeJson.Sections.All))
            : WriteUnknownNodeAsync(context, id);
    }

    private static Task RefuseLiveAsync(HttpContext context, HttpRefusal? refusal)
    {
        context.Response.Headers.RetryAfter = "5";
        return refusal switch
        {
            HttpRefusal.Address => WriteErrorAsync(
                context,
                StatusCodes.Status429TooManyRequests,
                $"This address has {LiveFeed.PerAddressMax} live streams, the limit: close some, "
                + "or request /api/nodes from time to time."),
            HttpRefusal.Stopping => WriteErrorAsync(
                context, StatusCodes.Status503ServiceUnavailable, "The collector is stopping."),
            _ => WriteErrorAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                $"The collector has {LiveFeed.SubscriberCountMax} live streams, the limit: close some, "
                + "or request /api/nodes from time to time."),
        };
    }

    private async Task Live(HttpContext context)
    {
        using var subscription = feed.Subscribe(context.Connection.RemoteIpAddress, out var refusal);
        if (subscription is null)
        {
            await RefuseLiveAsync(context, refusal);
            return;
        }

        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";

        // nginx would otherwise collect the events until its buffer is full.
        response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await response.BodyWriter.WriteAsync("retry: 1000\n\n"u8.ToArray(), context.RequestAborted);
            await foreach (var message in subscription.Events(context.RequestAborted))
            {
                await response.BodyWriter.WriteAsync(message, context.RequestAborted);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The browser closed the connection.
        }
    }
}
