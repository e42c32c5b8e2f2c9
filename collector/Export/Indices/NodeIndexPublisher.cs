using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export.Documents;
using NodeTelemetry.Collector.Export.Http;
using NodeTelemetry.Collector.Export.Settings;
using NodeTelemetry.Collector.Hosting;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>
/// Writes the current node states to their index: a node at once when its health changes, all nodes every minute.
/// </summary>
/// <remarks>
/// States bypass the outbox: only the newest one counts, it must not wait behind a backlog,
/// and an outage must not accumulate states. After an outage, the states of that moment are written.
/// Several collectors may write: the version of a state is the time when it was last true,
/// so the collector that receives the node wins over one that does not, and OpenSearch refuses older versions.
/// </remarks>
internal sealed partial class NodeIndexPublisher : IHealthListener, IAsyncDisposable
{
    // A request of some 2 MB: a state has 1 KB.
    private const int BatchMax = 2000;

    private readonly ExportSettings _settings;
    private readonly PendingNodeStates _states;
    private readonly BulkRequestWriter _writer;
    private readonly TimeProvider _time;
    private readonly RetrySchedule _schedule;
    private readonly ILogger _logger;
    private readonly WakeSignal _wake;
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;
    private bool _isTemplatePut;
    private string? _problem;
    private long _published;

    /// <summary>Initializes a new instance of the <see cref="NodeIndexPublisher"/> class.</summary>
    /// <param name="settings">The servers and the period.</param>
    /// <param name="nodes">Reads the current statuses.</param>
    /// <param name="metrics">The counters.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">For the jitter.</param>
    /// <param name="logger">The log.</param>
    public NodeIndexPublisher(
        ExportSettings settings,
        Func<IEnumerable<NodeStatus>> nodes,
        CollectorMetrics metrics,
        TimeProvider time,
        Random random,
        ILogger<NodeIndexPublisher> logger)
    {
        _settings = settings;
        _states = new PendingNodeStates(nodes, metrics.Export);
        _writer = new BulkRequestWriter(settings, metrics);
        _time = time;
        _wake = new WakeSignal(time);
        _schedule = new RetrySchedule(settings.RetryDelayMax, random);
        _logger = logger;
    }

    /// <summary>Gets how many states have been written since the start.</summary>
    public long Published => Interlocked.Read(ref _published);

    /// <summary>Gets the loop: it ends when stopped, and fails only on a defect of the program.</summary>
    public Task Completion => _loop;

    /// <summary>Starts the loop; does nothing when no host is configured.</summary>
    public void Start()
    {
        if (_settings.IsEnabled)
        {
            _loop = Task.Run(() => RunAsync(_stop.Token));
        }
    }

    /// <inheritdoc/>
    public void OnHealthChanged(NodeStatus status, NodeHealth? before)
    {
        _states.Change(status);
        _wake.Set();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
        _wake.Dispose();
        _writer.Dispose();
    }

    private async Task RunAsync(CancellationToken token)
    {
        try
        {
            using var connection = new OpenSearchConnection(_settings, _time);
            var failures = 0;
            long? lastAll = null;
            while (true)
            {
                var isDue = lastAll is not { } last || _time.GetElapsedTime(last) >= _settings.Indices.NodesPeriod;
                if (isDue)
                {
                    _states.ChangeAll();
                    lastAll = _time.GetTimestamp();
                }

                var problem = await TryAsync(connection, token);
                if (problem is not null && problem != _problem)
                {
                    Log.Problem(_logger, IndexNames.Nodes, problem);
                }

                _problem = problem;
                failures = problem is null ? 0 : failures + 1;
                var pause = failures > 0
                    ? _schedule.Next(failures)
                    : _settings.Indices.NodesPeriod - _time.GetElapsedTime(lastAll ?? 0);
                if (failures > 0)
                {
                    await Task.Delay(pause, _time, token);
                }
                else if (pause > TimeSpan.Zero)
                {
                    await _wake.WaitAsync(pause, token);
                }
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // Stopped on request.
        }
    }

    private async Task<string?> TryAsync(OpenSearchConnection connection, CancellationToken token)
    {
        try
        {
            return await PublishAsync(connection, token);
        }
        catch (Exception exception) when (OpenSearchConnection.IsHostFailure(exception))
        {
            return HostFailure.Classify(exception, _settings).Problem;
        }
    }

    private async Task<string?> PublishAsync(OpenSearchConnection connection, CancellationToken token)
    {
        if (_settings.ManageTemplate && !_isTemplatePut)
        {
            var installer = new TemplateInstaller(connection, _settings, _logger);
            if (await installer.PutAsync(IndexTemplate.Nodes(), mayRepair: false, token) is { } refused)
            {
                return refused.Problem;
            }

            _isTemplatePut = true;
        }

        while (_states.Take(BatchMax) is { Count: > 0 } batch)
        {
            try
            {
                if (await SendAsync(connection, batch, token) is { } problem)
                {
                    _states.PutBack(batch);
                    return problem;
                }
            }
            catch (Exception exception) when (
                OpenSearchConnection.IsHostFailure(exception) || exception is OperationCanceledException)
            {
                _states.PutBack(batch);
                throw;
            }
        }

        return null;
    }

    private async Task<string?> SendAsync(
        OpenSearchConnection connection, List<NodeStatus> batch, CancellationToken token)
    {
        using var body = new MemoryStream();
        var now = _time.GetUtcNow();
        foreach (var status in batch)
        {
            body.Write(_writer.EncodeState(status, PendingNodeStates.Version(status), now));
        }

        var response = await connection.SendAsync(
            HttpMethod.Post,
            "_bulk?filter_path=took,errors,items.*.status,items.*.error.type,items.*.error.reason",
            body.ToArray(),
            "application/x-ndjson",
            isCompressed: false,
            token);
        if (!response.IsSuccess)
        {
            var (type, reason) = BulkResponseReader.ReadError(response.Body);
            return $"{response.Host} responded {response.Status} {type} {reason}".TrimEnd();
        }

        var items = new List<BulkItem>(batch.Count);
        if (!BulkResponseReader.TryRead(response.Body, batch.Count, items))
        {
            return $"{response.Host} sent a response that is truncated or not a bulk response.";
        }

        // 409: this or another collector has already written a newer state.
        var failed = items.FindIndex(static item => item.Status is not (409 or (>= 200 and < 300)));
        Interlocked.Add(ref _published, items.Count(static item => item.Status is >= 200 and < 300));
        return failed < 0 ? null : $"{response.Host} refused: {items[failed].ErrorType} {items[failed].ErrorReason}";
    }
}
