using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace NodeTelemetry.TestKit;

/// <summary>
/// Stands between an exporter and a real OpenSearch and does to bulk requests what networks and proxies do to them.
/// </summary>
/// <remarks>Everything else is passed on as it is.</remarks>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None });
    private readonly Func<Uri> _target;
    private readonly Func<BulkFault> _next;
    private WebApplication? _app;

    private FaultProxy(Func<Uri> target, Func<BulkFault> next)
    {
        _target = target;
        _next = next;
    }

    /// <summary>Gets the address.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Gets or sets a value indicating whether compressed bodies are refused, as by OpenSearch 2.17.0.</summary>
    public bool RefusesGzip { get; set; }

    /// <summary>Gets or sets the longest body as sent; beyond, 413 with an empty body and the connection closed.</summary>
    public long ContentLengthMax { get; set; } = long.MaxValue;

    /// <summary>Starts one on a free port.</summary>
    /// <param name="target">Where the server is at present.</param>
    /// <param name="next">The fault of the next bulk request.</param>
    public static async Task<FaultProxy> StartAsync(Func<Uri> target, Func<BulkFault> next)
    {
        var proxy = new FaultProxy(target, next);
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
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var fault = context.Request.Path == "/_bulk" ? _next() : BulkFault.None;
        if (fault == BulkFault.ResetBefore)
        {
            context.Abort();
            return;
        }

        if (context.Request.Path == "/_bulk" && await RefuseAsync(context, body.Length, fault))
        {
            return;
        }

        try
        {
            await PassOnAsync(context, body.ToArray(), fault);
        }
        catch (HttpRequestException)
        {
            // The server is gone: so would be its connection.
            context.Abort();
        }
    }

    private async Task<bool> RefuseAsync(HttpContext context, long length, BulkFault fault)
    {
        if (length > ContentLengthMax)
        {
            context.Response.StatusCode = 413;
            context.Response.Headers.Connection = "close";
            context.Response.ContentLength = 0;
        }
        else if (RefusesGzip && context.Request.Headers.ContentEncoding == "gzip")
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync(
                """
                {"error":{"root_cause":[],"type":"illegal_argument_exception",
                "reason":"The bulk request must be terminated by a newline [\\n]"},"status":400}
                """);
        }
        else if (fault is BulkFault.Unavailable or BulkFault.BadGateway or BulkFault.Rejected)
        {
            context.Response.StatusCode = fault switch
            {
                BulkFault.Unavailable => 503,
                BulkFault.BadGateway => 502,
                _ => 429,
            };
            await context.Response.WriteAsync("<html>try again</html>");
        }
        else
        {
            return false;
        }

        return true;
    }

    private async Task PassOnAsync(HttpContext context, byte[] body, BulkFault fault)
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

        using var response = await _client.SendAsync(request, context.RequestAborted);
        var answer = await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (fault == BulkFault.ResetAfter)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        context.Response.ContentLength = answer.Length;
        if (fault == BulkFault.CutOff && answer.Length > 1)
        {
            await context.Response.Body.WriteAsync(answer.AsMemory(0, answer.Length / 2));
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }

        await context.Response.Body.WriteAsync(answer);
    }
}
