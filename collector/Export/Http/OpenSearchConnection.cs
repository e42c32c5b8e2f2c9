using NodeTelemetry.Collector.Export.Settings;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace NodeTelemetry.Collector.Export.Http;

/// <summary>
/// Sends requests to the first host that responds.
/// Each host has a timeout and a circuit breaker; after a failure, the next host is tried.
/// </summary>
/// <remarks>Several requests may be under way at once.</remarks>
internal sealed class OpenSearchConnection : IDisposable
{
    // Failures in a row that open a host's circuit.
    private const int FailuresMax = 5;

    private static readonly TimeSpan BreakMin = TimeSpan.FromSeconds(1);

    private readonly ExportSettings _settings;
    private readonly ResiliencePipeline[] _hosts;
    private readonly Lock _lock = new();
    private HostClient? _client;
    private HostClient? _retired;
    private string _stamp = string.Empty;
    private int _current;

    /// <summary>
    /// Initializes a new instance of the <see cref="OpenSearchConnection"/> class, without connecting or reading files.
    /// </summary>
    public OpenSearchConnection(ExportSettings settings, TimeProvider time)
    {
        _settings = settings;
        _hosts = [.. settings.Hosts.Select(_ => CreatePipeline(time))];
    }

    /// <summary>
    /// Sends a request to the host that last succeeded, and to the next ones while hosts fail.
    /// After a refusal, the next request starts with another host.
    /// </summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path and query after the host's address, without a leading slash.</param>
    /// <param name="body">The body; <see langword="null"/> for none.</param>
    /// <param name="type">The body's media type.</param>
    /// <param name="isCompressed">Whether the body is a gzip member.</param>
    /// <param name="token">Cancels the request.</param>
    /// <returns>The response of any status; of a failed host only if all hosts failed.</returns>
    /// <exception cref="HttpRequestException">No host could be reached, or the connection broke.</exception>
    /// <exception cref="TimeoutRejectedException">The last host tried did not respond in time.</exception>
    /// <exception cref="BrokenCircuitException">The circuit of the last host tried is open.</exception>
    /// <exception cref="UnusableFileException">A password, token or certificate cannot be read.</exception>
    public async Task<HostResponse> SendAsync(
        HttpMethod method, string path, byte[]? body, string type, bool isCompressed, CancellationToken token)
    {
        var client = Client();
        for (var tries = 1; ; tries++)
        {
            var index = Volatile.Read(ref _current);
            var isLast = tries == _hosts.Length;
            try
            {
                var response = await _hosts[index].ExecuteAsync(
                    async inner =>
                        await client.SendAsync(_settings.Hosts[index], method, path, body, type, isCompressed, inner),
                    token);
                if (response.Status == 401)
                {
                    Forget();
                }

                if (response.IsRefused || response.IsFailover)
                {
                    MoveOn(index);
                }

                if (isLast || !response.IsFailover)
                {
                    return response;
                }
            }
            catch (Exception exception) when (IsHostFailure(exception))
            {
                MoveOn(index);
                if (isLast)
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Starts the next request with another host: this one's response is not from OpenSearch.</summary>
    public void Avoid(Uri host) => MoveOn(_settings.Hosts.ToList().IndexOf(host));

    /// <summary>Determines whether an exception is a failure of a host, not a defect of the program.</summary>
    public static bool IsHostFailure(Exception? exception) => exception is HttpRequestException or IOException
        or TimeoutRejectedException or BrokenCircuitException or UnusableFileException;

    /// <inheritdoc/>
    public void Dispose()
    {
        _client?.Dispose();
        _retired?.Dispose();
    }

    // Only from the failed host: of several requests that fail together, one moves on.
    private void MoveOn(int index) =>
        Interlocked.CompareExchange(ref _current, (index + 1) % _hosts.Length, index);

    // A refused password is read again even if the file seems unchanged.
    private void Forget()
    {
        lock (_lock)
        {
            _stamp = string.Empty;
        }
    }

    private HostClient Client()
    {
        var stamp = string.Join(';', HostClient.Files(_settings).Select(static file => Stamp(new FileInfo(file))));
        lock (_lock)
        {
            if (_client is null || (_stamp != stamp && stamp.Length > 0))
            {
                var client = new HostClient(_settings);

                // Requests may be under way with the previous client, but hardly with the one before it.
                _retired?.Dispose();
                _retired = _client;
                _client = client;
            }

            _stamp = stamp;
            return _client;
        }
    }

    private static string Stamp(FileInfo file) =>
        FormattableString.Invariant($"{file.LastWriteTimeUtc.Ticks}/{(file.Exists ? file.Length : -1)}");

    private ResiliencePipeline CreatePipeline(TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
        .AddCircuitBreaker(new()
        {
            // All of the last few within two minutes; the backoff alone already keeps requests rare.
            FailureRatio = 1,
            MinimumThroughput = FailuresMax,
            SamplingDuration = TimeSpan.FromMinutes(2),
            BreakDurationGenerator = arguments =>
            {
                var duration = BreakMin * Math.Pow(2, Math.Min(arguments.HalfOpenAttempts, 10));
                return ValueTask.FromResult(duration < _settings.RetryDelayMax ? duration : _settings.RetryDelayMax);
            },
            ShouldHandle = static arguments => ValueTask.FromResult(IsHostFailure(arguments.Outcome.Exception)),
        })
        .AddTimeout(_settings.RequestTimeout)
        .Build();
}
