using NodeTelemetry.Collector.Export.Http;
using NodeTelemetry.Collector.Export.Settings;

namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>
/// Maintains old indices once an hour: by a policy if OpenSearch has the plugin, otherwise by the collector.
/// </summary>
/// <remarks>
/// Nothing depends on it: without rights or plugins, readings are still exported, and the log reports the problem.
/// </remarks>
internal sealed partial class IndexMaintenance : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    private readonly ExportSettings _settings;
    private readonly TimeProvider _time;
    private readonly RetrySchedule _schedule;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;
    private string? _problem;

    /// <summary>Initializes a new instance of the <see cref="IndexMaintenance"/> class.</summary>
    public IndexMaintenance(
        ExportSettings settings, TimeProvider time, Random random, ILogger<IndexMaintenance> logger)
    {
        _settings = settings;
        _time = time;
        _schedule = new RetrySchedule(settings.RetryDelayMax, random);
        _logger = logger;
    }

    /// <summary>Gets how old indices are maintained.</summary>
    public RetentionMode Mode { get; private set; }

    /// <summary>Gets the loop: it ends when stopped, and fails only on a defect of the program.</summary>
    public Task Completion => _loop;

    /// <summary>Starts the loop; does nothing when no host is configured, or when retention is switched off.</summary>
    public void Start()
    {
        if (!_settings.Indices.ManageRetention)
        {
            Mode = RetentionMode.Off;
        }
        else if (_settings.IsEnabled)
        {
            _loop = Task.Run(() => RunAsync(_stop.Token));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    /// <summary>Maintains the indices once.</summary>
    /// <returns>The problem, if any.</returns>
    public async Task<string?> RunOnceAsync(OpenSearchApi api, CancellationToken token)
    {
        var (mode, problem) = await new PolicyInstaller(api, _settings.Indices, _logger).PutAsync(token);
        if (mode == RetentionMode.BuiltIn)
        {
            if (Mode != RetentionMode.BuiltIn)
            {
                Log.BuiltIn(_logger, _settings.Indices.DeleteAfter.TotalDays);
            }

            problem = await new BuiltInRetention(api, _settings.Indices, _time, _logger).RunAsync(token);
        }

        Mode = mode;
        return problem;
    }

    private async Task RunAsync(CancellationToken token)
    {
        try
        {
            using var connection = new OpenSearchConnection(_settings, _time);
            var api = new OpenSearchApi(connection);
            var failures = 0;
            while (true)
            {
                var problem = await TryAsync(api, token);
                if (problem is not null && problem != _problem)
                {
                    Log.Problem(_logger, problem);
                }

                _problem = problem;
                failures = Mode == RetentionMode.Unknown ? failures + 1 : 0;
                await Task.Delay(failures > 0 ? _schedule.Next(failures) : Period, _time, token);
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // Stopped on request.
        }
    }

    private async Task<string?> TryAsync(OpenSearchApi api, CancellationToken token)
    {
        try
        {
            return await RunOnceAsync(api, token);
        }
        catch (Exception exception) when (OpenSearchConnection.IsHostFailure(exception))
        {
            // The exporter reports the problem; the mode is unchanged.
            return _problem;
        }
    }
}
