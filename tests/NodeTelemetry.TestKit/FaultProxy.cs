using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace NodeTelemetry.TestKit;

/// <summary>
/// Stands between an exporter and a real OpenSearch, and injects the faults of networks and proxies into bulk requests.
/// </summary>
/// <remarks>All other requests are passed on unchanged.</remarks>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None });
    private readonly Func<Uri> _target;
    private readonly Func<BulkFault> _next;
    private readonly Action<int, byte[]> _onResponse;
    private WebApplication? _app;

    private FaultProxy(Func<Uri> target, Func<BulkFault> next, Action<int, byte[]> onResponse)
    {
        _target = target;
        _next = next;
        _onResponse = onResponse;
    }

    /// <summary>Gets the address.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Gets or sets a value indicating whether compressed bodies are refused, as by OpenSearch 2.17.0.</summary>
    public bool RefusesGzip { get; set; }

    /// <summary>Gets or sets the longest body as sent; beyond, 413 with an empty body and the connection closed.</summary>
    public long ContentLengthMax { get; set; } = long.MaxValue;

    /// <summary>Starts one on a free port.</summary>
    /// <param name="target">Gets the current address of the server.</param>
    /// <param name="next">The fault of the next bulk request.</param>
    /// <param name="onResponse">
    /// Receives status and body of the response to every bulk request; 0 for a broken connection of any request.
    /// </param>
    public static async Task<FaultProxy> StartAsync(
        Func<Uri> target, Func<BulkFault> next, Action<int, byte[]> onResponse)
    {
        var proxy = new FaultProxy(target, next, onResponse);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static options =>
        {
            options.Listen(IPAddress.Loopback, 0);
            options.Limits.MaxRequestBodySize = null;
        });
        proxy._app = builder.Build();
        proxy._app.Run(proxy.HandleAsync);
        await proxy._app.StartAsync();
        proxy.Address = new Uri(proxy._app.Urls.First());
        return proxy;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _client.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var content = new MemoryStream();
        await context.Request.Body.CopyToAsync(content);
        var body = content.ToArray();
        if (context.Request.Path != "/_bulk")
        {
            var other = await ForwardAsync(context, body);
            await RespondAsync(context, other, isWhole: true);
            if (other is null)
            {
                _onResponse(0, []);
            }

            return;
        }

        var fault = _next();
        var answer = Refuse(context, body.Length, fault) ?? await PassOnAsync(context, body, fault);
        var isBroken = answer is null
            || fault is BulkFault.ResetAfter or BulkFault.HalfApplied or BulkFault.CutOff;
        await RespondAsync(
            context, fault is BulkFault.ResetAfter or BulkFault.HalfApplied ? null : answer, fault != BulkFault.CutOff);
        _onResponse(isBroken ? 0 : answer!.Status, isBroken ? [] : answer!.Body);
    }

    private Answer? Refuse(HttpContext context, long length, BulkFault fault)
    {
        if (length > ContentLengthMax)
        {
            context.Response.Headers.Connection = "close";
            return new Answer(413, [], null);
        }

        if (RefusesGzip && context.Request.Headers.ContentEncoding == "gzip")
        {
            return new Answer(400, """
                {"error":{"root_cause":[],"type":"illegal_argument_exception",
                "reason":"The bulk request must be terminated by a newline [\\n]"},"status":400}
                """u8.ToArray(), "application/json");
        }

        var status = fault switch
        {
            BulkFault.Unavailable => 503,
            BulkFault.BadGateway => 502,
            BulkFault.Rejected => 429,
            _ => 0,
        };
        return status == 0 ? null : new Answer(status, "<html>try again</html>"u8.ToArray(), "text/html");
    }

    // Null: the connection is to be broken.
    private async Task<Answer?> PassOnAsync(HttpContext context, byte[] body, BulkFault fault)
    {
        if (fault == BulkFault.ResetBefore)
        {
            return null;
        }

        if (fault is not (BulkFault.HalfApplied or BulkFault.Mixed))
        {
            return await ForwardAsync(context, body);
        }

        var documents = new BulkDocuments(body, context.Request.Headers.ContentEncoding == "gzip");
        context.Request.Headers.ContentEncoding = default;
        var part = fault == BulkFault.Mixed ? documents.Taken() : documents.FirstHalf();
        var answer = part.Length == 0 ? null : await ForwardAsync(context, part);
        return answer is null || fault == BulkFault.HalfApplied
            ? null
            : answer with { Body = documents.Mix(answer.Body) };
    }

    // Null: the server is gone; so would be its connection.
    private async Task<Answer?> ForwardAsync(HttpContext context, byte[] body)
    {
        var path = $"{context.Request.Path}{context.Request.QueryString}";
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(_target(), path));
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body);
            foreach (var name in (string[])["Content-Type", "Content-Encoding"])
            {
                if (context.Request.Headers[name] is { Count: > 0 } value)
                {
                    request.Content.Headers.TryAddWithoutValidation(name, value.ToString());
                }
            }
        }

        try
        {
            using var response = await _client.SendAsync(request, context.RequestAborted);
            var answer = await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
            return new Answer((int)response.StatusCode, answer, response.Content.Headers.ContentType?.ToString());
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task RespondAsync(HttpContext context, Answer? answer, bool isWhole)
    {
        if (answer is null)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.Type;
        context.Response.ContentLength = answer.Body.Length;
        if (isWhole || answer.Body.Length < 2)
        {
            await context.Response.Body.WriteAsync(answer.Body);
            return;
        }

        await context.Response.Body.WriteAsync(answer.Body.AsMemory(0, answer.Body.Length / 2));
        await context.Response.Body.FlushAsync();
        context.Abort();
    }

    private sealed record Answer(int Status, byte[] Body, string? Type);
}
