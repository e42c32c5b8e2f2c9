using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace NodeTelemetry.Collector.Export;

/// <summary>
/// Sends requests to whichever host answers: timeout and circuit breaker for each, the next one when one fails.
/// </summary>
internal sealed class OpenSearchConnection : IDisposable
{
    // Failures in a row that open a host's circuit.
    private const int FailuresMax = 5;

    // A bulk answer has some 200 bytes a document when all fail; 10 000 documents fit many times over.
    private const int AnswerBytesMax = 64 * 1024 * 1024;

    private static readonly TimeSpan BreakMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BreakMax = TimeSpan.FromSeconds(60);

    private readonly ExportSettings _settings;
    private readonly HttpClient _client;
    private readonly X509Certificate2Collection? _authorities;
    private readonly ResiliencePipeline _failover;
    private readonly ResiliencePipeline[] _hosts;
    private AuthenticationHeaderValue? _credentials;
    private int _current;

    /// <summary>
    /// Initializes a new instance of the <see cref="OpenSearchConnection"/> class. Nothing is connected yet.
    /// </summary>
    /// <exception cref="IOException">The password or the authority's certificate cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    /// <exception cref="CryptographicException">The authority's certificate is none.</exception>
    public OpenSearchConnection(ExportSettings settings, TimeProvider time)
    {
        _settings = settings;
        ReadCredentials();
        _authorities = ReadAuthorities(settings.CaFile);
        _client = new HttpClient(CreateHandler(), disposeHandler: true)
        {
            Timeout = Timeout.InfiniteTimeSpan, // Polly's timeout goes by the TimeProvider.
            MaxResponseContentBufferSize = AnswerBytesMax,
        };
        _hosts = [.. settings.Hosts.Select(_ => CreatePipeline(time))];
        _failover = settings.Hosts.Count < 2
            ? ResiliencePipeline.Empty
            : new ResiliencePipelineBuilder { TimeProvider = time }
                .AddRetry(new()
                {
                    MaxRetryAttempts = settings.Hosts.Count - 1,
                    Delay = TimeSpan.Zero,
                    ShouldHandle = static arguments => ValueTask.FromResult(IsHostFailure(arguments.Outcome.Exception)),
                    OnRetry = _ =>
                    {
                        _current = (_current + 1) % _hosts.Length;
                        return default;
                    },
                })
                .Build();
    }

    /// <summary>Reads the password again, after the server refused it: it may have been changed.</summary>
    public void ReadCredentials()
    {
        if (_settings is { User: { } user, PasswordFile: { } file })
        {
            var password = File.ReadAllText(file).TrimEnd('\r', '\n');
            _credentials = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        }
    }

    /// <summary>Sends a request to the host that answered last, then to the others.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path and query behind the host's address, without a slash at the beginning.</param>
    /// <param name="body">The body; <see langword="null"/> for none.</param>
    /// <param name="type">The body's media type.</param>
    /// <param name="isCompressed">Whether the body is a gzip member.</param>
    /// <param name="token">Cancels the request.</param>
    /// <returns>The answer of any status.</returns>
    /// <exception cref="HttpRequestException">No host could be reached, or the connection broke.</exception>
    /// <exception cref="TimeoutRejectedException">The last host tried did not answer in time.</exception>
    /// <exception cref="BrokenCircuitException">The last host tried has failed too often to be asked again
    /// yet.</exception>
    public async Task<HostAnswer> SendAsync(
        HttpMethod method, string path, byte[]? body, string type, bool isCompressed, CancellationToken token)
    {
        return await _failover.ExecuteAsync(
            async outer =>
            {
                var index = _current;
                return await _hosts[index].ExecuteAsync(
                    async inner =>
                        await SendToAsync(_settings.Hosts[index], method, path, body, type, isCompressed, inner),
                    outer);
            },
            token);
    }

    /// <summary>Tells whether an exception is a host's failure, not a fault of the program.</summary>
    public static bool IsHostFailure(Exception? exception) =>
        exception is HttpRequestException or IOException or TimeoutRejectedException or BrokenCircuitException;

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static X509Certificate2Collection? ReadAuthorities(string? file)
    {
        if (file is null)
        {
            return null;
        }

        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return authorities;
    }

    private ResiliencePipeline CreatePipeline(TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
        .AddCircuitBreaker(new()
        {
            // All of the last few within two minutes; backoff alone already keeps the pace slow.
            FailureRatio = 1,
            MinimumThroughput = FailuresMax,
            SamplingDuration = TimeSpan.FromMinutes(2),
            BreakDurationGenerator = static arguments =>
            {
                var duration = BreakMin * Math.Pow(2, Math.Min(arguments.HalfOpenAttempts, 10));
                return ValueTask.FromResult(duration < BreakMax ? duration : BreakMax);
            },
            ShouldHandle = static arguments => ValueTask.FromResult(IsHostFailure(arguments.Outcome.Exception)),
        })
        .AddTimeout(_settings.RequestTimeout)
        .Build();

    private SocketsHttpHandler CreateHandler() => new()
    {
        ConnectTimeout = _settings.ConnectTimeout,
        AllowAutoRedirect = false, // A redirected POST would become a GET; a wrong address is for a person to correct.
        UseCookies = false,
        UseProxy = false, // OpenSearch is on the cluster's own network; a proxy of the environment is for the Internet.
        PooledConnectionLifetime = TimeSpan.FromMinutes(10), // Names may move to other addresses.
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = _authorities is null ? null : ChainPolicy(_authorities),
        },
    };

    private static X509ChainPolicy ChainPolicy(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck, // An own authority has no revocation list.
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private async Task<HostAnswer> SendToAsync(
        Uri host, HttpMethod method, string path, byte[]? body, string type, bool isCompressed, CancellationToken token)
    {
        using var request = new HttpRequestMessage(method, new Uri($"{host.AbsoluteUri.TrimEnd('/')}/{path}"));
        request.Headers.Authorization = _credentials;
        if (body is not null)
        {
            // Its length is known, so it is never sent in chunks, which OpenSearch advises against.
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
            if (isCompressed)
            {
                request.Content.Headers.ContentEncoding.Add("gzip");
            }
        }

        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseContentRead, token);
        var answer = await response.Content.ReadAsByteArrayAsync(token);
        return new HostAnswer(host, (int)response.StatusCode, answer, response.Headers.RetryAfter?.Delta);
    }
}
