using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace NodeTelemetry.TestKit;

/// <summary>
/// A stand-in for OpenSearch: a real HTTP server on loopback that keeps each identity of an index once, with faults on
/// demand.
/// </summary>
/// <remarks>It answers as OpenSearch 2.19.1 was recorded to.</remarks>
public sealed class FakeOpenSearch : IAsyncDisposable
{
    private readonly ConcurrentQueue<BulkFault> _faults = [];
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, string>> _indices = [];
    private readonly ConcurrentDictionary<(string Index, string Id), long> _versions = [];
    private WebApplication? _app;
    private int _bulks;
    private int _bulksNow;

    private FakeOpenSearch() => Apis = new FakeIndexApis(() => _indices.Keys, name => _indices.TryRemove(name, out _));

    /// <summary>Gets the address.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Gets or sets the fault of every bulk request that has none of its own.</summary>
    public BulkFault Always { get; set; }

    /// <summary>Gets or sets what decides on the error of a document by index, identity and text.</summary>
    public Func<string, string, string, ItemError?>? ItemFault { get; set; }

    /// <summary>
    /// Gets or sets the longest body, measured unpacked: 413 beyond, with an empty body and the connection closed.
    /// </summary>
    public int ContentLengthMax { get; set; } = 100 * 1024 * 1024;

    /// <summary>
    /// Gets or sets a value indicating whether compressed bodies are misread, as by OpenSearch 2.17.0.
    /// </summary>
    public bool MisreadsGzip { get; set; }

    /// <summary>Gets or sets the status with which a template is refused; 0 to take it.</summary>
    public int TemplateStatus { get; set; }

    /// <summary>Gets or sets the header that every request must have; <see langword="null"/> for none.</summary>
    public string? Authorization { get; set; }

    /// <summary>
    /// Gets or sets what everything is answered with, as by a page that is no OpenSearch; <see langword="null"/> to be
    /// one.
    /// </summary>
    public string? Page { get; set; }

    /// <summary>Gets or sets the status of <see cref="Page"/>.</summary>
    public int PageStatus { get; set; } = 200;

    /// <summary>Gets everything that is not bulk: templates, indices, plugins.</summary>
    public FakeIndexApis Apis { get; }

    /// <summary>Gets the number of bulk requests that came.</summary>
    public int Bulks => Volatile.Read(ref _bulks);

    /// <summary>Gets the number of documents.</summary>
    public int Count => _indices.Values.Sum(static index => index.Count);

    /// <summary>Gets the names of the indices.</summary>
    public IEnumerable<string> Indices => _indices.Keys;

    /// <summary>Gets the headers of the last bulk request.</summary>
    public IReadOnlyDictionary<string, string> LastHeaders { get; private set; } = new Dictionary<string, string>();

    /// <summary>Gets the most bulk requests that were being served at once.</summary>
    public int BulksAtOnceMax { get; private set; }

    /// <summary>Gets or sets what every bulk request waits for before it is served.</summary>
    public Func<Task> BeforeBulk { get; set; } = static () => Task.CompletedTask;

    /// <summary>Gets or sets the certificate's authority; <see langword="null"/> for plain HTTP.</summary>
    public TestAuthority? Authority { get; set; }

    /// <summary>
    /// Gets or sets the authority that clients must have a certificate of; <see langword="null"/> for none.
    /// </summary>
    public TestAuthority? ClientAuthority { get; set; }

    /// <summary>Starts a server.</summary>
    /// <param name="port">The port, 0 for a free one.</param>
    /// <param name="authority">Signs its certificate; <see langword="null"/> for plain HTTP.</param>
    /// <param name="clientAuthority">Must have signed the clients' certificates; <see langword="null"/> to ask for
    /// none.</param>
    public static async Task<FakeOpenSearch> StartAsync(
        int port = 0, TestAuthority? authority = null, TestAuthority? clientAuthority = null)
    {
        var fake = new FakeOpenSearch { Authority = authority, ClientAuthority = clientAuthority };
        await fake.ListenAsync(port);
        return fake;
    }

    /// <summary>Gets the documents of one index by identity.</summary>
    public IReadOnlyDictionary<string, string> DocumentsOf(string index) =>
        _indices.TryGetValue(index, out var documents) ? documents : new Dictionary<string, string>();

    /// <summary>Gets the documents of all indices.</summary>
    public IReadOnlyList<string> Documents() => [.. _indices.Values.SelectMany(static index => index.Values)];

    /// <summary>Sets the faults of the next bulk requests, one each.</summary>
    public void Enqueue(params ReadOnlySpan<BulkFault> faults)
    {
        foreach (var fault in faults)
        {
            _faults.Enqueue(fault);
        }
    }

    /// <summary>Stops listening; what is stored stays.</summary>
    public async Task StopAsync()
    {
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
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Listen(IPAddress.Loopback, port, listen =>
            {
                if (Authority is not null)
                {
                    listen.UseHttps(Secure);
                }
            });
            options.Limits.MaxRequestBodySize = null;
        });
        _app = builder.Build();
        _app.Run(HandleAsync);
        await _app.StartAsync();

        // Names are what certificates are for.
        Address = new Uri(_app.Urls.First().Replace("https://127.0.0.1", "https://localhost", StringComparison.Ordinal));
    }

    private void Secure(HttpsConnectionAdapterOptions options)
    {
        options.ServerCertificate = Authority!.Issue("localhost");
        if (ClientAuthority is not null)
        {
            options.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            options.ClientCertificateValidation = (certificate, _, _) => ClientAuthority.HasSigned(certificate);
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (Authorization is not null && context.Request.Headers.Authorization != Authorization)
        {
            await AnswerAsync(context, 401, "Unauthorized", "text/plain; charset=UTF-8");
            return;
        }

        var path = context.Request.Path.Value ?? string.Empty;
        if (Page is not null)
        {
            await AnswerAsync(context, PageStatus, Page, "text/html");
        }
        else if (context.Request.Method == "POST" && path == "/_bulk")
        {
            await BulkAsync(context);
        }
        else if (TemplateStatus != 0 && path.StartsWith("/_index_template/", StringComparison.Ordinal))
        {
            await AnswerAsync(
                context,
                TemplateStatus,
                Error(TemplateStatus, "security_exception", "no permissions for [indices:admin]"));
        }
        else if (await Apis.AnswerAsync(context.Request) is var (status, body))
        {
            await AnswerAsync(context, status, body);
        }
        else
        {
            await AnswerAsync(
                context,
                400,
                $$"""{"error":"no handler found for uri [{{path}}] and method [{{context.Request.Method}}]"}""");
        }
    }

    private async Task BulkAsync(HttpContext context)
    {
        var atOnce = Interlocked.Increment(ref _bulksNow);
        lock (_faults)
        {
            BulksAtOnceMax = Math.Max(BulksAtOnceMax, atOnce);
        }

        try
        {
            await BeforeBulk();
            await AnswerBulkAsync(context);
        }
        finally
        {
            Interlocked.Decrement(ref _bulksNow);
        }
    }

    private async Task AnswerBulkAsync(HttpContext context)
    {
        Interlocked.Increment(ref _bulks);
        LastHeaders = context.Request.Headers.ToDictionary(
            static header => header.Key, static header => header.Value.ToString());
        var fault = _faults.TryDequeue(out var next) ? next : Always;
        var body = await ReadBodyAsync(context.Request);
        switch (fault)
        {
            case BulkFault.ResetBefore:
                context.Abort();
                return;
            case BulkFault.Unauthorized:
                await AnswerAsync(context, 401, "Unauthorized", "text/plain; charset=UTF-8");
                return;
            case BulkFault.ReadOnly:
                await AnswerAsync(
                    context,
                    403,
                    Error(403, "cluster_block_exception", "blocked by: [FORBIDDEN/6/cluster read-only (api)];"));
                return;
            case BulkFault.Unavailable:
                await AnswerAsync(context, 503, string.Empty);
                return;
            case BulkFault.Rejected:
                await AnswerAsync(
                    context,
                    429,
                    Error(429, "rejected_execution_exception", "rejected execution of coordinating operation"));
                return;
            case BulkFault.Breaker:
                await AnswerAsync(context, 429, $$$"""
                    {"error":{"type":"circuit_breaking_exception","reason":"[in_flight_requests] Data too large",
                    "bytes_wanted":{{{2 * body.Length}}},"bytes_limit":{{{body.Length}}},
                    "durability":"TRANSIENT"},"status":429}
                    """);
                return;
            case BulkFault.NotFound:
                await AnswerAsync(context, 404, "<html>nothing here</html>", "text/html");
                return;
            case BulkFault.BadGateway:
                await AnswerAsync(context, 502, "<html>bad gateway</html>", "text/html");
                return;
            case BulkFault.BadRequest:
                await AnswerAsync(context, 400, "<html>sent to the wrong port</html>", "text/html");
                return;
            case BulkFault.Silent:
                await Task.Delay(Timeout.Infinite, context.RequestAborted)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            default:
                await ServeAsync(context, body, fault);
                return;
        }
    }

    private async Task ServeAsync(HttpContext context, byte[] body, BulkFault fault)
    {
        if (body.Length > ContentLengthMax)
        {
            context.Response.StatusCode = 413;
            context.Response.Headers.Connection = "close";
            context.Response.ContentLength = 0;
            return;
        }

        var isMisread = MisreadsGzip && context.Request.Headers.ContentEncoding == "gzip";
        if (body.Length == 0 || isMisread || body[^1] != (byte)'\n')
        {
            await AnswerAsync(
                context,
                400,
                Error(400, "illegal_argument_exception", "The bulk request must be terminated by a newline [\\n]"));
            return;
        }

        var answer = Apply(Encoding.UTF8.GetString(body));
        if (fault == BulkFault.ResetAfter)
        {
            context.Abort();
            return;
        }

        if (fault == BulkFault.CutOff)
        {
            context.Response.ContentLength = answer.Length;
            await context.Response.WriteAsync(answer[..(answer.Length / 2)]);
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }

        await AnswerAsync(context, 200, fault == BulkFault.Truncated ? answer[..(answer.Length / 2)] : answer);
    }

    private string Apply(string body)
    {
        var lines = body.Split('\n');
        var items = new List<string>();
        for (var line = 0; line + 1 < lines.Length; line += 2)
        {
            using var action = JsonDocument.Parse(lines[line]);
            var operation = action.RootElement.EnumerateObject().Single();
            var index = operation.Value.GetProperty("_index").GetString()!;
            var id = operation.Value.GetProperty("_id").GetString()!;
            if (ItemFault?.Invoke(index, id, lines[line + 1]) is { } error)
            {
                items.Add(Item(error.Status, error));
            }
            else if (operation.Name == "index")
            {
                items.Add(ApplyIndex(operation.Value, index, id, lines[line + 1]));
            }
            else if (_indices.GetOrAdd(index, static _ => []).TryAdd(id, lines[line + 1]))
            {
                items.Add(Item(201, null));
            }
            else
            {
                items.Add(Item(409, new ItemError(
                    409,
                    "version_conflict_engine_exception",
                    $"[{id}]: version conflict, document already exists (current version [1])")));
            }
        }

        var hasErrors = items.Exists(static item => item.Contains("\"error\"", StringComparison.Ordinal));
        return $$"""{"took":1,"errors":{{(hasErrors ? "true" : "false")}},"items":[{{string.Join(',', items)}}]}""";
    }

    // Only with an external version, as the collector writes the states of nodes, or over a sequence number that no
    // document has, as 'opensearch check' tries whether it may.
    private string ApplyIndex(JsonElement action, string index, string id, string document)
    {
        if (action.TryGetProperty("if_seq_no", out var sequence))
        {
            return Item(409, new ItemError(
                409,
                "version_conflict_engine_exception",
                $"[{id}]: version conflict, required seqNo [{sequence}], primary term [1]. but no document was found"));
        }

        var version = action.GetProperty("version").GetInt64();
        var present = _versions.GetValueOrDefault((index, id), long.MinValue);
        if (action.GetProperty("version_type").GetString() != "external_gte" || version < present)
        {
            return Item(409, new ItemError(
                409,
                "version_conflict_engine_exception",
                $"[{id}]: version conflict, current version [{present}] is higher than the one provided [{version}]"));
        }

        _versions[(index, id)] = version;
        _indices.GetOrAdd(index, static _ => [])[id] = document;
        return Item(present == long.MinValue ? 201 : 200, null);
    }

    private static string Item(int status, ItemError? error) => error is null
        ? $$$"""{"create":{"status":{{{status}}}}}"""
        : $"{{\"create\":{{\"status\":{status},\"error\":{{"
            + $"\"type\":{Json(error.Type)},\"reason\":{Json(error.Reason)}}}}}}}";

    private static string Error(int status, string type, string reason)
    {
        var cause = $"\"type\":{Json(type)},\"reason\":{Json(reason)}";
        return $"{{\"error\":{{\"root_cause\":[{{{cause}}}],{cause}}},\"status\":{status}}}";
    }

    private static string Json(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private static async Task<byte[]> ReadBodyAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        if (request.Headers.ContentEncoding == "gzip")
        {
            await using var gzip = new GZipStream(request.Body, CompressionMode.Decompress);
            await gzip.CopyToAsync(body);
        }
        else
        {
            await request.Body.CopyToAsync(body);
        }

        return body.ToArray();
    }

    private static async Task AnswerAsync(
        HttpContext context, int status, string body, string type = "application/json; charset=UTF-8")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        var bytes = Encoding.UTF8.GetBytes(body);
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes);
    }
}
