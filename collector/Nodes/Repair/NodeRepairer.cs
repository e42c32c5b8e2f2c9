using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Collector.Nodes.Repair;

/// <summary>Requests missed samples from nodes by unicast. Called by the ingest loop's sweep.</summary>
/// <remarks>
/// Only a node that reports and is known to reply gets requests.
/// Requests and replies may get lost too: with 30 % of datagrams lost each way,
/// all attempts fail for one sample in 50 000.
/// </remarks>
/// <param name="registry">The nodes.</param>
/// <param name="send">Sends a request.</param>
/// <param name="metrics">The counters.</param>
/// <param name="time">The clock.</param>
internal sealed class NodeRepairer(
    NodeRegistry registry, SendRequest send, CollectorMetrics metrics, TimeProvider time)
{
    /// <summary>Requests for one sample: half a minute of retries, shorter than any agent's ring lasts.</summary>
    public const int AttemptsMax = 16;

    /// <summary>Datagrams requested in a second over all nodes: at most 5.6 MB/s, half of a 100 Mbit/s link,
    /// so that 1000 nodes' rings, of 400 datagrams by default, are repaired in 100 s.</summary>
    public const int PerSecondMax = 4000;

    /// <summary>Time per datagram requested from one node: 100 a second, fewer than an agent sends.</summary>
    public static readonly TimeSpan DatagramTime = TimeSpan.FromMilliseconds(10);

    /// <summary>Outstanding replies of all nodes, as the time to receive them: 280 kB,
    /// which switches and the receive buffer hold.</summary>
    public static readonly TimeSpan BurstTime = TimeSpan.FromMilliseconds(50);

    /// <summary>Wait before the first request: copies and reordered datagrams have arrived by then.</summary>
    public static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>The pause after the first attempt; it doubles with each.</summary>
    public static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest pause between attempts.</summary>
    public static readonly TimeSpan RetryDelayMax = TimeSpan.FromSeconds(2);

    /// <summary>Datagrams of a full sample, of most nodes.</summary>
    private const int FullDatagrams = 2;

    private Func<SampleGap, long, bool>? _isDue;
    private Predicate<NodeState>? _isDone;
    private long _now;
    private long _dueTimestamp;

    // When all outstanding replies will have arrived.
    private long _repliedTimestamp = time.GetTimestamp();

    /// <summary>Requests what is due from every node.</summary>
    /// <param name="now">The current timestamp.</param>
    /// <returns>The timestamp at which the next request is due.</returns>
    public long Sweep(long now)
    {
        _now = now;
        _dueTimestamp = long.MaxValue;
        registry.SweepGaps(_isDone ??= IsDone);
        return _dueTimestamp;
    }

    private bool IsDone(NodeState node)
    {
        // One that is silent or does not reply gets requests when it reports again.
        if (!node.CanBeProbed || node.Status.Health is not (NodeHealth.Up or NodeHealth.Late))
        {
            return true;
        }

        if (node.Reduced.Missing is { } full)
        {
            RequestFull(node, full.Run, full.Sequence, _now);
        }

        if (!node.HasGaps || !node.Status.AnswersProbes)
        {
            return node.Reduced.Missing is null;
        }

        Sweep(node, _now);
        return false;
    }

    /// <summary>Requests the full sample that the reduced ones of a node build upon, whether or not it has replied
    /// before: after a start of the collector, all nodes lack it.</summary>
    private void RequestFull(NodeState node, uint run, long full, long now)
    {
        var due = Math.Max(node.Reduced.RequestTimestamp, time.After(_repliedTimestamp, -BurstTime) + 1);
        if (due <= now)
        {
            _repliedTimestamp =
                Math.Max(_repliedTimestamp, now) + (FullDatagrams * time.TimestampFrequency / PerSecondMax);
            node.Reduced.OnRequested(now);
            Send(node, run, full, full);
            due = node.Reduced.RequestTimestamp;
        }

        NoteDue(due);
    }

    private void Sweep(NodeState node, long now)
    {
        var status = node.Status;
        var free = Math.Max(node.RepairedFromTimestamp, time.After(_repliedTimestamp, -BurstTime) + 1);
        if (now < free)
        {
            NoteDue(free);
            return;
        }

        if (!node.TryTakeDueGap(_isDue ??= IsDue, AttemptsMax, now, out var gap))
        {
            return;
        }

        // It may have further gaps.
        NoteDue(now);
        var datagrams = (int)gap.Count * (status.Header?.Part?.Count ?? 1);
        _repliedTimestamp = Math.Max(_repliedTimestamp, now) + (datagrams * time.TimestampFrequency / PerSecondMax);
        node.RepairedFromTimestamp = time.After(now, datagrams * DatagramTime);
        Send(node, status.Header?.Run, gap.From, gap.To);
    }

    private void Send(NodeState node, uint? run, long from, long to)
    {
        var request = new ControlMessage
        {
            Request = ControlRequest.Range,
            Run = run,
            From = from,
            To = to,
        };
        if (send(node, request))
        {
            metrics.RepairRequestsSent.Inc();
        }
        else
        {
            metrics.RepairRequestsFailed.Inc();
        }
    }

    private bool IsDue(SampleGap gap, long now)
    {
        var delay = gap.Attempts == 0 ? FirstDelay : RetryDelay * Math.Pow(2, gap.Attempts - 1);
        var due = time.After(gap.Timestamp, delay < RetryDelayMax ? delay : RetryDelayMax);
        NoteDue(due);
        return due <= now;
    }

    private void NoteDue(long timestamp) => _dueTimestamp = Math.Min(_dueTimestamp, timestamp);
}
