using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export.Indices;
using NodeTelemetry.Collector.Storage;

namespace NodeTelemetry.Collector.Export;

/// <summary>
/// Takes batches from the outbox and delivers them to OpenSearch at its own pace, for as long as it takes.
/// </summary>
/// <remarks>
/// A batch of which some documents have to wait is put aside, so that one closed index does not stop the others; with
/// several such batches, or when the server takes nothing at all, it pauses. Nothing here is needed for the collector
/// to start or to stop.
/// </remarks>
internal sealed partial class OpenSearchExporter : IAsyncDisposable
{
    // Batches put aside: their bodies are in memory, 5 MiB each at most.
    private const int DeferredMax = 8;

    // How often to look although nothing was signalled: a database that could not be read is tried again.
    private static readonly TimeSpan IdlePeriod = TimeSpan.FromSeconds(5);

    private readonly ExportSettings _settings;
    private readonly TelemetryDatabase _database;
    private readonly DatabaseWriter _writer;
    private readonly Outbox _outbox;
    private readonly DeadLetterTable _deadLetters;
    private readonly ExportMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RetrySchedule _schedule;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Delivery> _deferred = [];
    private Task _loop = Task.CompletedTask;
    private Delivery? _blocked;
    private DateOnly? _templateDay;
    private int _failures;
    private volatile Health _health = new(ExportState.Ok, null);

    /// <summary>Initializes a new instance of the <see cref="OpenSearchExporter"/> class.</summary>
    /// <param name="settings">Where to and how.</param>
    /// <param name="database">The database, read only.</param>
    /// <param name="writer">Tells whether the database can be written.</param>
    /// <param name="outbox">Where the batches come from.</param>
    /// <param name="deadLetters">Where the documents go that will never be taken.</param>
    /// <param name="metrics">The counters.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">For the jitter.</param>
    /// <param name="logger">The log.</param>
    public OpenSearchExporter(
        ExportSettings settings,
        TelemetryDatabase database,
        DatabaseWriter writer,
        Outbox outbox,
        DeadLetterTable deadLetters,
        CollectorMetrics metrics,
        TimeProvider time,
        Random random,
        ILogger<OpenSearchExporter> logger)
    {
        _settings = settings;
        _database = database;
        _writer = writer;
        _outbox = outbox;
        _deadLetters = deadLetters;
        _metrics = metrics.Export;
        _time = time;
        _logger = logger;
        _schedule = new RetrySchedule(settings.RetryDelayMax, random);
    }

    /// <summary>Gets how the export is doing.</summary>
    public ExportStatus Status
    {
        get
        {
            var health = _settings.IsEnabled ? _health : new Health(ExportState.Off, null);
            var outbox = _outbox.Status;
            var exported =
                _metrics.Documents[ExportOutcome.Created].Value + _metrics.Documents[ExportOutcome.Duplicate].Value;
            return new ExportStatus(
                health.State, health.Problem, outbox.Documents, outbox.Bytes, outbox.OldestAt, exported);
        }
    }

    /// <summary>
    /// Gets the loop: it ends when stopped, or fails by a fault of the program, which must end the process.
    /// </summary>
    public Task Completion => _loop;

    /// <summary>Starts the loop; does nothing when no host is configured.</summary>
    public void Start()
    {
        if (_settings.IsEnabled)
        {
            _loop = Task.Run(() => RunAsync(_stop.Token));
        }
    }

    /// <summary>
    /// Stops at once: a batch that is being sent stays in the outbox and is sent again, which OpenSearch notices.
    /// </summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _loop;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken token)
    {
        try
        {
            using var connection = await ConnectAsync(token);
            var sender = new BulkSender(connection, _settings, _metrics);
            var deliverer = new BatchDeliverer(sender, _outbox, _deadLetters, _metrics, _time, _logger);
            var template = new TemplateInstaller(connection, _settings, _logger);
            while (true)
            {
                await StepAsync(connection, deliverer, template, token);
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // Stopped on request.
        }
    }

    private async Task<OpenSearchConnection> ConnectAsync(CancellationToken token)
    {
        while (true)
        {
            try
            {
                return new OpenSearchConnection(_settings, _time);
            }
            catch (Exception exception) when (
                exception is IOException or UnauthorizedAccessException or CryptographicException)
            {
                SetHealth(
                    ExportState.Held,
                    $"The password or the certificate for OpenSearch cannot be read: {exception.Message}");
                await Task.Delay(_schedule.NextHeld(), _time, token);
            }
        }
    }

    private async Task StepAsync(
        OpenSearchConnection connection, BatchDeliverer deliverer, TemplateInstaller template, CancellationToken token)
    {
        // Again every day, with the new index in mind: somebody may have deleted it.
        var today = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
        if (_settings.ManageTemplate && _templateDay != today)
        {
            if (await template.PutAsync(token) is { } outcome)
            {
                await PauseAsync(
                    connection,
                    outcome.Kind == BulkOutcomeKind.Hold,
                    outcome.Problem,
                    outcome.Status == 401,
                    outcome.RetryAfter,
                    token);
                return;
            }

            _templateDay = today;
            _failures = 0;
        }

        var delivery = _blocked ?? NextDeferred() ?? TakeNew();
        if (delivery is null)
        {
            SetHealthOfDeferred();
            await WaitAsync(token);
            return;
        }

        _blocked = null;
        await DeliverAsync(connection, deliverer, delivery, token);
    }

    private async Task DeliverAsync(
        OpenSearchConnection connection, BatchDeliverer deliverer, Delivery delivery, CancellationToken token)
    {
        switch (await deliverer.AttemptAsync(delivery, token))
        {
            case DeliveryOutcome.Blocked:
                _blocked = delivery;
                await PauseAsync(
                    connection,
                    delivery.IsHeld,
                    delivery.Problem,
                    deliverer.IsUnauthorized,
                    deliverer.RetryAfter,
                    token);
                break;
            case DeliveryOutcome.Deferred:
                _failures = 0;
                delivery.PausedAt = _time.GetTimestamp();
                delivery.Pause = delivery.IsHeld ? _schedule.NextHeld() : _schedule.Next(delivery.Attempts);
                _deferred.Add(delivery);
                _templateDay = deliverer.IsIndexMissing ? null : _templateDay;
                SetHealthOfDeferred();
                break;
            default:
                _failures = 0;
                SetHealthOfDeferred();
                break;
        }
    }

    private Delivery? NextDeferred()
    {
        var due = _deferred.Find(delivery => _time.GetElapsedTime(delivery.PausedAt) >= delivery.Pause);
        if (due is not null)
        {
            _deferred.Remove(due);
        }

        return due;
    }

    private Delivery? TakeNew()
    {
        if (_deferred.Count >= DeferredMax)
        {
            return null;
        }

        try
        {
            return _outbox.Take(_database, _writer.Status.IsDegraded) is { } batch ? new Delivery(batch) : null;
        }
        catch (SqliteException exception)
        {
            Log.OutboxUnreadable(_logger, exception.Message);
            return null;
        }
    }

    private async Task WaitAsync(CancellationToken token)
    {
        var wait = IdlePeriod;
        foreach (var delivery in _deferred)
        {
            var left = delivery.Pause - _time.GetElapsedTime(delivery.PausedAt);
            wait = left < wait ? left : wait;
        }

        if (wait <= TimeSpan.Zero)
        {
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(token);
        var delay = Task.Delay(wait, _time, either.Token);
        if (_deferred.Count >= DeferredMax)
        {
            await delay;
            return;
        }

        await Task.WhenAny(_outbox.WaitAsync(either.Token), delay);
        await either.CancelAsync();
        token.ThrowIfCancellationRequested();
    }

    private async Task PauseAsync(
        OpenSearchConnection connection,
        bool isHeld,
        string problem,
        bool isUnauthorized,
        TimeSpan? asked,
        CancellationToken token)
    {
        _failures++;
        SetHealth(isHeld ? ExportState.Held : ExportState.Retrying, problem);
        await Task.Delay(isHeld ? _schedule.NextHeld() : _schedule.Next(_failures, asked), _time, token);
        if (isUnauthorized)
        {
            try
            {
                connection.ReadCredentials();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                SetHealth(ExportState.Held, $"The password for OpenSearch cannot be read: {exception.Message}");
            }
        }
    }

    private void SetHealthOfDeferred()
    {
        var worst = _deferred.Find(static delivery => delivery.IsHeld) ?? _deferred.FirstOrDefault();
        SetHealth(
            worst is null ? ExportState.Ok : worst.IsHeld ? ExportState.Held : ExportState.Retrying,
            worst?.Problem);
    }

    private void SetHealth(ExportState state, string? problem)
    {
        var before = _health;
        _health = new Health(state, problem);
        if (before.State == state)
        {
            return;
        }

        switch (state)
        {
            case ExportState.Held:
                Log.Held(_logger, problem ?? string.Empty);
                break;
            case ExportState.Retrying:
                Log.Retrying(_logger, problem ?? string.Empty);
                break;
            default:
                Log.Ok(_logger, _outbox.Status.Documents);
                break;
        }
    }

    private sealed record Health(ExportState State, string? Problem);
}
