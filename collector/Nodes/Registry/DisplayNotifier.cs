using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Collector.Nodes.Registry;

/// <summary>Sends nodes with a display their alert level: when it changes, and periodically,
/// because datagrams get lost. Called by the ingest loop's sweep.</summary>
/// <param name="registry">The nodes.</param>
/// <param name="getLevel">Gets a node's displayed alert level;
/// <see langword="null"/> before the first evaluation.</param>
/// <param name="send">Sends to a node.</param>
/// <param name="metrics">The counters.</param>
/// <param name="time">The clock.</param>
internal sealed class DisplayNotifier(
    NodeRegistry registry,
    Func<string, AlertLevel?> getLevel,
    SendRequest send,
    CollectorMetrics metrics,
    TimeProvider time)
{
    /// <summary>Nodes notified in a second: a room full of displays is done within seconds.</summary>
    public const int PerSecondMax = 100;

    /// <summary>Period of repetition.</summary>
    public static readonly TimeSpan RepeatPeriod = TimeSpan.FromSeconds(30);

    /// <summary>Validity of a level: two messages in a row may get lost.</summary>
    public static readonly TimeSpan TimeToLive = RepeatPeriod * 3;

    /// <summary>Period of the check: faster than anyone notices.</summary>
    public static readonly TimeSpan CheckPeriod = TimeSpan.FromMilliseconds(250);

    private readonly RateLimit _limit = new(PerSecondMax, time);
    private bool _hasDisplays;
    private long _dueTimestamp = time.GetTimestamp();

    /// <summary>Notifies the nodes that are due.</summary>
    /// <param name="now">The current timestamp.</param>
    /// <returns>The timestamp of the next check; while no node has a display, that of any sweep will do.</returns>
    public long Sweep(long now)
    {
        if (now < _dueTimestamp)
        {
            return _hasDisplays ? _dueTimestamp : long.MaxValue;
        }

        _hasDisplays = false;
        _dueTimestamp = time.After(now, CheckPeriod);
        foreach (var node in registry.States)
        {
            _hasDisplays |= node.Status.About?.Display is not null;
            if (node.Status is { About.Display: not null, Health: NodeHealth.Up or NodeHealth.Late } && node.CanBeProbed
                && getLevel(node.Status.Id) is { } level && node.Notifications.IsDisplayDue(level, now, RepeatPeriod)
                && _limit.TryPass(now))
            {
                Send(node, level, now);
            }
        }

        return _hasDisplays ? _dueTimestamp : long.MaxValue;
    }

    private void Send(NodeState node, AlertLevel level, long now)
    {
        var message = new ControlMessage
        {
            Request = ControlRequest.Show,
            Alert = level,
            AlertSeconds = (int)TimeToLive.TotalSeconds,
        };
        (send(node, message) ? metrics.DisplayUpdatesSent : metrics.DisplayUpdatesFailed).Inc();

        // A send that the system refused is retried with the next period, not at once.
        node.Notifications.OnDisplayNotified(level, now);
    }
}
