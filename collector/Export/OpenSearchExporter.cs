using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export.Http;
using NodeTelemetry.Collector.Export.Indices;
using NodeTelemetry.Collector.Export.Settings;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Collector.Storage.Outbox;

namespace NodeTelemetry.Collector.Export;

/// <summary>
/// Takes batches from the outbox and delivers them to OpenSearch at its own pace, however long that takes.
/// </summary>
/// <remarks>
/// A batch with documents that have to wait is deferred, so that one closed index does not stop the others.
/// With many such batches, or when the server accepts nothing at all, the exporter pauses.
/// The collector starts and stops without it.
/// </remarks>
internal sealed partial class OpenSearchExporter : IAsyncDisposable
{
    // Limit of the deferred bodies, which are in memory: as much as eight full batches.
    private const long DeferredBytesMax = 8 * 5 * 1024 * 1024;

    // Limit of deferred batches: each is retried as a separate request.
    private const int DeferredMax = 1000;

    // The loop runs at least this often: a database that could not be read is tried again.
    private static readonly TimeSpan IdlePeriod = TimeSpan.FromSeconds(5);

    private readonly ExportSettings _settings;
    private readonly TelemetryDatabase _database;
    private readonly DatabaseWriter _writer;
    private readonly OutboxStore _outbox;
    private readonly DeadLetterTable _deadLetters;
    private readonly ExportMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RetrySchedule _schedule;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrencyLimit _concurrency;

    // Attempts under way, batches that wait for a while, and batches that OpenSearch did not accept and that go first.
    private readonly List<Task<(Delivery Delivery, DeliveryResult Result)>> _running = [];
    private readonly List<Delivery> _deferred = [];
    private readonly Queue<Delivery> _blocked = [];
    private Task _loop = Task.CompletedTask;
    private DateOnly? _templateDay;
    private int _failures;
    private long _pausedAt;
    private TimeSpan _pause;
    private volatile HealthStatus _health = new(ExportHealth.Ok, null);

    /// <summary>Initializes a new instance of the <see cref="OpenSearchExporter"/> class.</summary>
    /// <param name="settings">The servers and the limits.</param>
    /// <param name="database">The database, read only.</param>
    /// <param name="writer">Knows whether the database can be written.</param>
    /// <param name="outbox">The source of the batches.</param>
    /// <param name="deadLetters">Keeps permanently rejected documents.</param>
    /// <param name="metrics">The counters.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">For the jitter.</param>
    /// <param name="logger">The log.</param>
    public OpenSearchExporter(
        ExportSettings settings,
        TelemetryDatabase database,
        DatabaseWriter writer,
        OutboxStore outbox,
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
        _concurrency = new ConcurrencyLimit(settings.ConcurrencyMax);
    }

    /// <summary>Gets the status of the export.</summary>
    public ExportStatus Status
    {
        get
        {
            var health = _settings.IsEnabled ? _health : new HealthStatus(ExportHealth.Off, null);
            var outbox = _outbox.Status;
            var exported = (long)(
                _metrics.Documents[ExportOutcome.Created].Value + _metrics.Documents[ExportOutcome.Duplicate].Value);
            return new ExportStatus(
                health.Value, health.Problem, outbox.Documents, outbox.Bytes, outbox.OldestAt, exported);
        }
    }

    /// <summary>
    /// Gets the loop: it ends when stopped. If it fails, the program has a defect, and the process must end.
    /// </summary>
    public Task Completion => _loop;

    /// <summary>Gets how many requests may currently be under way at once.</summary>
    public int ConcurrencyLimit => _concurrency.Value;

    /// <summary>Starts the loop; does nothing when no host is configured.</summary>
    public void Start()
    {
        if (_settings.IsEnabled)
        {
            _loop = Task.Run(() => RunAsync(_stop.Token));
        }
    }

    /// <summary>
    /// Stops at once: a batch that is being sent stays in the outbox and is sent again, which OpenSearch detects.
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

    private DateOnly Today => DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);

    // Every day before the new index is created: the template may have been deleted.
    private bool IsTemplateDue => _settings.ManageTemplate && _templateDay != Today;

    private bool IsDeferredFull => _deferred.Count >= DeferredMax
        || _deferred.Sum(static delivery => delivery.BytesLeft) >= DeferredBytesMax;

    private bool IsPaused => _failures > 0 && _time.GetElapsedTime(_pausedAt) < _pause;

    // How many more attempts may begin. After a failure it is one, until one succeeds.
    private int Room => IsPaused || IsTemplateDue ? 0 : (_failures > 0 ? 1 : _concurrency.Value) - _running.Count;

    private async Task RunAsync(CancellationToken token)
    {
        using var connection = new OpenSearchConnection(_settings, _time);
        var sender = new BulkSender(connection, _settings, _metrics, _time, _logger);
        var rejected = new RejectedDocuments(
            _deadLetters, new DiscardedIndices(_database), _metrics, _time, _logger);
        var deliverer = new BatchDeliverer(sender, _outbox, rejected, _metrics);
        var template = new TemplateInstaller(connection, _settings, _logger);
        try
        {
            while (true)
            {
                if (IsTemplateDue && !IsPaused)
                {
                    await PutTemplateAsync(template, token);
                }

                while (Room > 0 && (_blocked.TryDequeue(out var delivery) || TryTake(out delivery)))
                {
                    _running.Add(RunAttemptAsync(deliverer, delivery, token));
                }

                await WaitAsync(token);
                foreach (var ended in _running.FindAll(static attempt => attempt.IsCompleted))
                {
                    _running.Remove(ended);
                    var (delivery, result) = await ended;
                    OnAttempted(delivery, result);
                }
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // Stopped on request. The attempts use the connection until they have ended, which they do at once.
            foreach (Task attempt in _running)
            {
                await attempt.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static async Task<(Delivery Delivery, DeliveryResult Result)> RunAttemptAsync(
        BatchDeliverer deliverer, Delivery delivery, CancellationToken token) =>
        (delivery, await Task.Run(() => deliverer.AttemptAsync(delivery.Batch, delivery.Bodies, token), token));

    private async Task PutTemplateAsync(TemplateInstaller template, CancellationToken token)
    {
        if (await template.PutAsync(token) is { } outcome)
        {
            Pause(outcome.Kind == BulkOutcomeKind.Hold, outcome.Problem, outcome.RetryAfter);
            return;
        }

        _templateDay = Today;
        _failures = 0;
    }

    private void OnAttempted(Delivery delivery, DeliveryResult result)
    {
        _deferred.Remove(delivery);
        delivery.IsRunning = false;
        delivery.Apply(result);
        if (result.Outcome == DeliveryOutcome.Blocked)
        {
            OnBlocked(delivery, result);
            return;
        }

        if (result.Outcome == DeliveryOutcome.Deferred)
        {
            delivery.Defer(
                _time.GetTimestamp(), result.IsHeld ? _schedule.NextHeld() : _schedule.Next(delivery.Attempts));
            _deferred.Add(delivery);
            _templateDay = result.IsIndexMissing ? null : _templateDay;
        }

        if (result.IsThrottled)
        {
            _concurrency.OnThrottled();
        }
        else
        {
            _concurrency.OnAccepted();
        }

        if (!IsPaused)
        {
            _failures = 0;
            SetHealthOfDeferred();
        }
    }

    private void OnBlocked(Delivery delivery, DeliveryResult result)
    {
        _blocked.Enqueue(delivery);
        if (result.IsThrottled)
        {
            _concurrency.OnThrottled();
        }
        else
        {
            _concurrency.OnBlocked();
        }

        // Requests that were under way together fail together: that is one failure.
        if (!IsPaused)
        {
            Pause(result.IsHeld, result.Problem, result.RetryAfter);
        }
    }

    private void Pause(bool isHeld, string problem, TimeSpan? requested)
    {
        _failures++;
        _pausedAt = _time.GetTimestamp();
        _pause = isHeld ? _schedule.NextHeld() : _schedule.Next(_failures, requested);
        SetHealth(isHeld ? ExportHealth.Held : ExportHealth.Retrying, problem);
    }

    private bool TryTake([NotNullWhen(true)] out Delivery? delivery)
    {
        delivery = _deferred.Find(delivery =>
            !delivery.IsRunning && _time.GetElapsedTime(delivery.PausedAt) >= delivery.Pause);
        if (delivery is not null)
        {
            // It stays deferred until the attempt has ended: the problem remains while it is tried again.
            delivery.IsRunning = true;
            return true;
        }

        if (IsDeferredFull)
        {
            return false;
        }

        try
        {
            var batch = _outbox.Take(_database, _writer.Status.IsDegraded);
            delivery = batch is null ? null : new Delivery(batch);
        }
        catch (SqliteException exception)
        {
            Log.OutboxUnreadable(_logger, exception.Message);
        }

        return delivery is not null;
    }

    // Until an attempt has ended, a batch may be available, a pause is over, or the idle period has passed.
    private async Task WaitAsync(CancellationToken token)
    {
        var room = Room;
        var wait = IsPaused ? _pause - _time.GetElapsedTime(_pausedAt) : IdlePeriod;
        if (room > 0)
        {
            var pauses = _deferred.Where(static delivery => !delivery.IsRunning)
                .Select(delivery => delivery.Pause - _time.GetElapsedTime(delivery.PausedAt));
            wait = pauses.Append(wait).Min();
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(token);
        List<Task> events =
            [.. _running, Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, _time, either.Token)];
        if (room > 0 && !IsDeferredFull)
        {
            events.Add(_outbox.WaitAsync(either.Token));
        }

        await Task.WhenAny(events);
        await either.CancelAsync();
        token.ThrowIfCancellationRequested();
    }

    private void SetHealthOfDeferred()
    {
        var worst = _deferred.Find(static delivery => delivery.Last!.IsHeld) ?? _deferred.FirstOrDefault();
        SetHealth(
            worst is null ? ExportHealth.Ok : worst.Last!.IsHeld ? ExportHealth.Held : ExportHealth.Retrying,
            worst?.Last!.Problem);
    }

    private void SetHealth(ExportHealth health, string? problem)
    {
        var before = _health;
        _health = new HealthStatus(health, problem);
        if (before.Value == health)
        {
            return;
        }

        switch (health)
        {
            case ExportHealth.Held:
                Log.Held(_logger, problem ?? string.Empty);
                break;
            case ExportHealth.Retrying:
                Log.Retrying(_logger, problem ?? string.Empty);
                break;
            default:
                Log.Ok(_logger, _outbox.Status.Documents);
                break;
        }
    }

    private sealed record HealthStatus(ExportHealth Value, string? Problem);
}
