using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace NodeTelemetry.TestKit;

/// <summary>A request that an <see cref="HttpRecorder"/> received.</summary>
/// <param name="Path">The path.</param>
/// <param name="Headers">The headers.</param>
/// <param name="Body">The body.</param>
public sealed record RecordedRequest(string Path, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>A real HTTP server on loopback that records requests and sends the configured responses.</summary>
public sealed class HttpRecorder : IAsyncDisposable
{
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();
    private readonly ConcurrentQueue<int> _statuses = new();
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly X509Certificate2? _certificate;
    private WebApplication? _app;

    private HttpRecorder(X509Certificate2? certificate) => _certificate = certificate;

    /// <summary>Gets the address.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Gets the requests, oldest first.</summary>
    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    /// <summary>Gets or sets a value indicating whether requests are never answered.</summary>
    public bool IsMute { get; set; }

    /// <summary>Gets or sets the answer's body.</summary>
    public string Answer { get; set; } = string.Empty;

    /// <summary>Gets or sets what decides on the status of an answer by the request's body, if none is enqueued.</summary>
    public Func<string, int> ChooseStatus { get; set; } = static _ => 200;

    /// <summary>Gets or sets the header that says when to ask again; empty for none.</summary>
    public string RetryAfter { get; set; } = string.Empty;

    /// <summary>Starts a server.</summary>
    /// <param name="certificate">Its certificate; <see langword="null"/> for no TLS.</param>
    /// <param name="port">The port, 0 for a free one.</param>
    public static async Task<HttpRecorder> StartAsync(X509Certificate2? certificate = null, int port = 0)
    {
        var recorder = new HttpRecorder(certificate);
        await recorder.ListenAsync(port);
        return recorder;
    }

    /// <summary>Sets the statuses of the next answers, one each; afterwards 200.</summary>
    public void Enqueue(params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            _statuses.Enqueue(status);
        }
    }

    /// <summary>Stops listening; what came stays.</summary>
    public async Task StopAsync()
    {
        _release.TrySetResult();
        if (_app is not null)
        {
            await _app.DisposeAsync();
            _app = null;
        }
    }

    /// <summary>Listens again on the same port.</summary>
    public Task RestartAsync() => ListenAsync(Address.Port);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task ListenAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(options => options.Listen(
            IPAddress.Loopback, port, listen => UseTls(listen)));
        _app = builder.Build();
        _app.Run(HandleAsync);
        await _app.StartAsync();
        Address = new Uri(_app.Urls.First());
    }

    private void UseTls(ListenOptions listen)
    {
        if (_certificate is not null)
        {
            listen.UseHttps(_certificate);
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        _requests.Enqueue(new RecordedRequest(
            context.Request.Path.Value ?? string.Empty,
            context.Request.Headers.ToDictionary(
                static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body));
        if (IsMute)
        {
            await Task.WhenAny(_release.Task, Task.Delay(Timeout.Infinite, context.RequestAborted));
        }

        context.Response.StatusCode = _statuses.TryDequeue(out var status) ? status : ChooseStatus(body);
        if (RetryAfter.Length > 0)
        {
            context.Response.Headers.RetryAfter = RetryAfter;
        }

        await context.Response.WriteAsync(Answer);
    }
}
