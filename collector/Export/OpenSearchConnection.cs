using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace NodeTelemetry.Collector.Export;

/// <summary>
/// Sends requests to whichever host answers: timeout and circuit breaker for each, the next one when one fails.
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
    /// Initializes a new instance of the <see cref="OpenSearchConnection"/> class. Nothing is connected yet, and no
    /// file read.
    /// </summary>
    public OpenSearchConnection(ExportSettings settings, TimeProvider time)
    {
        _settings = settings;
        _hosts = [.. settings.Hosts.Select(_ => CreatePipeline(time))];
    }

    /// <summary>
    /// Sends a request to the host that did last what it was asked, and to the next ones while a host is not well. One
    /// that refuses it is not the first to be asked next time.
    /// </summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path and query behind the host's address, without a slash at the beginning.</param>
    /// <param name="body">The body; <see langword="null"/> for none.</param>
    /// <param name="type">The body's media type.</param>
    /// <param name="isCompressed">Whether the body is a gzip member.</param>
    /// <param name="token">Cancels the request.</param>
    /// <returns>The answer of any status; one of a host that is not well only when none of them is.</returns>
    /// <exception cref="HttpRequestException">No host could be reached, or the connection broke.</exception>
    /// <exception cref="TimeoutRejectedException">The last host tried did not answer in time.</exception>
    /// <exception cref="BrokenCircuitException">The last host tried has failed too often to be asked again
    /// yet.</exception>
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
                var answer = await _hosts[index].ExecuteAsync(
                    async inner =>
                        await client.SendAsync(_settings.Hosts[index], method, path, body, type, isCompressed, inner),
                    token);
                if (answer.Status == 401)
                {
                    Forget();
                }

                if (answer.IsRefused || answer.IsHostUnwell)
                {
                    MoveOn(index);
                }

                if (isLast || !answer.IsHostUnwell)
                {
                    return answer;
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

    /// <summary>Begins with another host next time, because what this one answered is not OpenSearch's.</summary>
    public void Avoid(Uri host) => MoveOn(_settings.Hosts.ToList().IndexOf(host));

    /// <summary>Tells whether an exception is a host's failure, not a fault of the program.</summary>
    public static bool IsHostFailure(Exception? exception) => exception is HttpRequestException or IOException
        or TimeoutRejectedException or BrokenCircuitException or UnusableFileException;

    /// <inheritdoc/>
    public void Dispose()
    {
        _client?.Dispose();
        _retired?.Dispose();
    }

    // Only from the host that failed: of several requests that fail together, one moves on.
    private void MoveOn(int index) =>
        Interlocked.CompareExchange(ref _current, (index + 1) % _hosts.Length, index);

    // A password that was refused is read again although the file looks the same.
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

                // Requests may be under way with the one before, but hardly with the one before that.
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
            // All of the last few within two minutes; backoff alone already keeps the pace slow.
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
