using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Collector.Nodes.Registry;

/// <summary>
/// Tells nodes that have a display how their alerts stand: when that changes, and now and then, for datagrams get lost.
/// Called by the ingest loop's sweep.
/// </summary>
/// <param name="registry">The nodes.</param>
/// <param name="levelOf">Gets how a node's alerts stand; <see langword="null"/> while nobody has judged them.</param>
/// <param name="send">Sends to a node.</param>
/// <param name="metrics">The counters.</param>
/// <param name="time">The clock.</param>
internal sealed class DisplayNotifier(
    NodeRegistry registry,
    Func<string, AlertLevel?> levelOf,
    SendRequest send,
    CollectorMetrics metrics,
    TimeProvider time)
{
    /// <summary>Nodes told in a second: those of a room that lights up at once are done within seconds.</summary>
    public const int PerSecondMax = 100;

    /// <summary>How often a node is told what it knows already.</summary>
    public static readonly TimeSpan RepeatPeriod = TimeSpan.FromSeconds(30);

    /// <summary>How long it is good: two may get lost.</summary>
    public static readonly TimeSpan TimeToLive = RepeatPeriod * 3;

    /// <summary>How often the nodes are looked at: nobody sees a lamp light up sooner.</summary>
    public static readonly TimeSpan CheckPeriod = TimeSpan.FromMilliseconds(250);

    private readonly RateLimit _limit = new(PerSecondMax, time);
    private long _checkedTimestamp = time.GetTimestamp();

    /// <summary>Tells whom it is time to tell.</summary>
    /// <param name="now">The present timestamp.</param>
    public void Sweep(long now)
    {
        if (time.GetElapsedTime(_checkedTimestamp, now) < CheckPeriod)
        {
            return;
        }

        _checkedTimestamp = now;
        foreach (var node in registry.States)
        {
            if (node.Status is { About.Display: not null, Health: NodeHealth.Up or NodeHealth.Late } && node.CanBeProbed
                && levelOf(node.Status.Id) is { } level && node.Notifications.IsDisplayDue(level, now, RepeatPeriod)
                && _limit.TryPass(now))
            {
                Tell(node, level, now);
            }
        }
    }

    private void Tell(NodeState node, AlertLevel level, long now)
    {
        var message = new ControlMessage
        {
            Request = ControlRequest.Show,
            Alert = level,
            AlertSeconds = (int)TimeToLive.TotalSeconds,
        };
        (send(node, message) ? metrics.DisplayUpdatesSent : metrics.DisplayUpdatesFailed).Add();

        // What the system refused is not tried again at once, but with the next period.
        node.Notifications.OnDisplayNotified(level, now);
    }
}
