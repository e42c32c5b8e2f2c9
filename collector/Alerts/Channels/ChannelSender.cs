using System.Collections.Concurrent;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Alerts.Storage;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Hosting;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>Decides what a channel sends and when, sends it, and records the deliveries.</summary>
/// <remarks>
/// There is no queue that could overflow: the pending changes are the difference between the current alerts
/// and the recorded deliveries, so after an outage one message has the current state.
/// Delivery is at least once: a collector that is killed between sending and storing sends again.
/// </remarks>
internal sealed partial class ChannelSender : IDisposable
{
    /// <summary>How long a send in progress may take when the collector stops.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(3);

    /// <summary>The longest single wait: reminders may be a year apart, timers are limited to 49 days.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromDays(1);

    private static readonly TimeSpan RetryDelayMax = TimeSpan.FromSeconds(30);

    /// <summary>The longest wait that a server can request; afterwards the notification is composed again.</summary>
    private static readonly TimeSpan RetryAfterMax = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LogWindow = TimeSpan.FromMinutes(10);

    private readonly ChannelSettings _settings;
    private readonly IAlertChannel _channel;
    private readonly Func<AlertBoard> _board;
    private readonly AlertStore _store;
    private readonly ChannelMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Uri _page;
    private readonly WakeSignal _signal;
    private readonly ConcurrentDictionary<string, DeliveryRow> _deliveries = new(StringComparer.Ordinal);
    private readonly ResiliencePipeline<string> _pipeline;
    private readonly LogThrottle _throttle;
    private volatile ChannelStatus _status;
    private AlertNotification? _rejected;
    private long? _changedTimestamp;
    private long? _triedTimestamp;
    private TimeSpan _triedBefore;

    /// <summary>Initializes a new instance of the <see cref="ChannelSender"/> class.</summary>
    /// <param name="settings">The settings of the channel.</param>
    /// <param name="channel">The channel; the sender disposes of it.</param>
    /// <param name="board">Gets the current alerts.</param>
    /// <param name="store">The store of deliveries.</param>
    /// <param name="metrics">The counters.</param>
    /// <param name="page">The address of the collector's page.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public ChannelSender(
        ChannelSettings settings,
        IAlertChannel channel,
        Func<AlertBoard> board,
        AlertStore store,
        AlertMetrics metrics,
        Uri page,
        TimeProvider time,
        ILogger logger)
    {
        _settings = settings;
        _channel = channel;
        _board = board;
        _store = store;
        _page = page;
        _time = time;
        _signal = new WakeSignal(time);
        _logger = logger;
        _status = new ChannelStatus(settings.Name, settings.Type);
        _throttle = new LogThrottle(time, LogWindow);
        _metrics = new ChannelMetrics(metrics, settings.Name);
        _pipeline = new ResiliencePipelineBuilder<string> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<string>
            {
                MaxRetryAttempts = settings.AttemptCount - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = settings.RetryDelay,
                MaxDelay = RetryDelayMax,
                DelayGenerator = static arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is AlertDeliveryException { RetryAfter: { } delay }
                        ? (TimeSpan?)(delay < RetryAfterMax ? delay : RetryAfterMax)
                        : null),
                ShouldHandle = static arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is AlertDeliveryException { IsTemporary: true }
                        or TimeoutRejectedException),
                OnRetry = arguments =>
                {
                    _metrics.Retried.Inc();
                    NoteProblem(Explain(arguments.Outcome.Exception!));
                    return default;
                },
            })
            .AddTimeout(settings.Timeout)
            .Build();
    }

    /// <summary>Gets the status of the channel.</summary>
    public ChannelStatus Status => _status;

    /// <summary>Determines whether the end of an alert is still to be sent.</summary>
    public bool IsDeliveryPending(string alert) => _deliveries.ContainsKey(alert);

    /// <summary>Triggers a check of the alerts.</summary>
    public void Wake() => _signal.Set();

    /// <summary>Restores the deliveries of an earlier process.</summary>
    public void Restore(IEnumerable<DeliveryRow> rows)
    {
        foreach (var row in rows)
        {
            _deliveries[row.Alert] = row;
        }

        if (!_deliveries.IsEmpty)
        {
            // The wall clock may have stepped; an early reminder is better than none.
            var age = _time.GetUtcNow() - _deliveries.Values.Max(static row => row.At);
            _triedTimestamp = _time.GetTimestamp();
            _triedBefore = age > TimeSpan.Zero && age < _settings.RepeatInterval ? age : _settings.RepeatInterval;
        }
    }

    /// <summary>Sends notifications until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var grace = new CancellationTokenSource();
        await using var stopping = cancellation.Register(() => grace.CancelAfter(StopGrace));
        try
        {
            while (true)
            {
                var wait = await StepAsync(grace.Token);
                await _signal.WaitAsync(wait ?? Timeout.InfiniteTimeSpan, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Stopped on request; what was not sent is sent after the next start.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _channel.Dispose();
        _signal.Dispose();
    }

    /// <summary>Sends what is due.</summary>
    /// <returns>The time until the next step; <see langword="null"/> to wait for a change.</returns>
    internal async Task<TimeSpan?> StepAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var notification = Plan();
            var wait = Wait(notification);
            if (wait is null || wait > TimeSpan.Zero)
            {
                return wait > WaitMax ? WaitMax : wait;
            }

            await SendAsync(notification, cancellation);
        }
    }

    private TimeSpan SinceTried =>
        _triedTimestamp is { } tried ? _triedBefore + _time.GetElapsedTime(tried) : TimeSpan.MaxValue;

    private static string Explain(Exception exception) => exception switch
    {
        TimeoutRejectedException timeout => $"No response within {timeout.Timeout.TotalSeconds:0.#} s.",
        AlertDeliveryException => exception.Message,
        _ => $"This notification cannot be sent because of a defect: {exception.GetType().Name}: {exception.Message}",
    };

    private AlertNotification Plan()
    {
        var firing = new List<Alert>();
        var resolved = new List<Alert>();
        var active = new List<Alert>();
        var alerts = _board().Alerts;
        foreach (var alert in alerts)
        {
            _deliveries.TryGetValue(alert.Id, out var delivery);
            if (alert.Phase == AlertPhase.Firing && _settings.Accepts(alert)
                && (alert.SilencedBy is null || IsRefreshed(delivery)))
            {
                active.Add(alert);
                if (delivery?.Progress != DeliveryProgress.Firing)
                {
                    firing.Add(alert);
                }
            }
            else if (alert.Phase == AlertPhase.Resolved && delivery is not null)
            {
                // The end follows every delivered firing, even if the alert is silenced by now.
                if (_settings.MustRefresh || (_settings.SendResolved && alert.SendResolved))
                {
                    resolved.Add(alert);
                }
                else
                {
                    Drop(delivery, isEndPending: false);
                }
            }
        }

        if (_deliveries.Count > active.Count + resolved.Count)
        {
            ForgetMissing(alerts);
        }

        return new AlertNotification(firing, resolved, active, _time.GetUtcNow(), Environment.MachineName, _page);
    }

    private TimeSpan? Wait(AlertNotification notification)
    {
        var count = notification.Firing.Count + notification.Resolved.Count;
        if (_status.WaitingCount != count)
        {
            _status = _status with { WaitingCount = count };
        }

        if (notification.IsReminder)
        {
            _changedTimestamp = null;
            if (notification.Active.Count == 0 && _status.Problem is not null)
            {
                // Nothing is left to deliver, so whether the channel works is unknown until the next notification.
                _status = _status with { Problem = null, ProblemSince = null };
            }

            return notification.Active.Count == 0 ? null : Later(_settings.RepeatInterval - SinceTried, TimeSpan.Zero);
        }

        if (_rejected is not null && HasSameChanges(notification, _rejected))
        {
            // The server would reject the same content again.
            return Later(_settings.RepeatInterval - SinceTried, TimeSpan.Zero);
        }

        _changedTimestamp ??= _time.GetTimestamp();
        var grouping = _settings.GroupWait - _time.GetElapsedTime(_changedTimestamp.Value);
        return Later(grouping, _settings.GroupInterval - SinceTried);
    }

    private static bool HasSameChanges(AlertNotification one, AlertNotification other) =>
        HaveSameAlerts(one.Firing, other.Firing) && HaveSameAlerts(one.Resolved, other.Resolved);

    private static bool HaveSameAlerts(IReadOnlyList<Alert> one, IReadOnlyList<Alert> other) =>
        one.Count == other.Count
        && one.Select(static alert => alert.Id).ToHashSet(StringComparer.Ordinal).SetEquals(
            other.Select(static alert => alert.Id));

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private async Task SendAsync(AlertNotification notification, CancellationToken cancellation)
    {
        foreach (var alert in notification.Firing.Where(alert => !_deliveries.ContainsKey(alert.Id)))
        {
            Keep(alert.Id, DeliveryProgress.Tried);
        }

        try
        {
            await _pipeline.ExecuteAsync(
                async token => await _channel.SendAsync(notification, token), cancellation);
        }
#pragma warning disable CA1031 // A fault of one channel must not end the collector; it is reported.
        catch (Exception error) when (error is not OperationCanceledException || !cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Tried();
            _rejected = error is AlertDeliveryException { IsRejected: true } ? notification : null;
            _metrics.Failed.Inc();
            NoteProblem(Explain(error));
            if (_throttle.TryPass(out var suppressed))
            {
                Log.Failed(_logger, _settings.Name, _status.Problem!, suppressed + 1, _status.WaitingCount);
            }

            return;
        }

        Tried();
        _rejected = null;
        _changedTimestamp = null;
        _metrics.Sent.Inc();
        RecordDeliveries(notification);
        if (_status.Problem is not null)
        {
            Log.Recovered(_logger, _settings.Name);
        }

        _status = _status with { Problem = null, ProblemSince = null, SentAt = _time.GetUtcNow() };
    }

    private void Tried()
    {
        _triedTimestamp = _time.GetTimestamp();
        _triedBefore = TimeSpan.Zero;
    }

    private void NoteProblem(string problem) => _status = _status with
    {
        Problem = problem,
        ProblemSince = _status.ProblemSince ?? _time.GetUtcNow(),
    };

    private void RecordDeliveries(AlertNotification notification)
    {
        foreach (var alert in notification.Firing)
        {
            Keep(alert.Id, DeliveryProgress.Firing);
        }

        foreach (var alert in notification.Resolved)
        {
            Forget(alert.Id);
        }

        // After a restart the newest time determines the next reminder; alerts to refresh are sent immediately.
        if (notification.IsReminder && !_settings.MustRefresh)
        {
            Keep(notification.Active[0].Id, DeliveryProgress.Firing);
        }
    }

    private void Keep(string alert, DeliveryProgress progress)
    {
        var row = new DeliveryRow(_settings.Name, alert, progress, _time.GetUtcNow());
        _deliveries[alert] = row;
        _store.Put(row);
    }

    private void Forget(string alert)
    {
        _deliveries.TryRemove(alert, out _);
        _store.RemoveDelivery(_settings.Name, alert);
    }

    private void ForgetMissing(IReadOnlyList<Alert> alerts)
    {
        var known = alerts.Select(static alert => alert.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var delivery in _deliveries.Values.Where(delivery => !known.Contains(delivery.Alert)))
        {
            Drop(delivery, isEndPending: _settings.SendResolved);
        }
    }

    private void Drop(DeliveryRow delivery, bool isEndPending)
    {
        if (isEndPending || delivery.Progress == DeliveryProgress.Tried)
        {
            _metrics.Dropped.Inc();
        }

        Forget(delivery.Alert);
    }

    /// <summary>Determines whether an alert must be sent again, even if it is silenced by now.</summary>
    private bool IsRefreshed(DeliveryRow? delivery) =>
        delivery?.Progress == DeliveryProgress.Firing && _settings.MustRefresh;
}
