using System.Net;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>
/// Verifies, decodes, validates and applies datagrams, and sweeps for silent nodes. The single writer of node state.
/// </summary>
/// <param name="queue">The datagrams.</param>
/// <param name="registry">The nodes.</param>
/// <param name="sweeps">What is due at some time, in this order.</param>
/// <param name="takeCookie">Takes the cookie from a challenge; returns whether it was requested.</param>
/// <param name="keys">Checks signatures.</param>
/// <param name="metrics">The counters.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class IngestLoop(
    DatagramQueue queue,
    NodeRegistry registry,
    IReadOnlyList<Sweep> sweeps,
    Func<SocketAddress, ulong, bool> takeCookie,
    KeyStore keys,
    CollectorMetrics metrics,
    TimeProvider time,
    ILogger<IngestLoop> logger)
{
    /// <summary>
    /// One line a minute for each reason: the log shows that it continues, and a flood cannot fill it.
    /// </summary>
    private static readonly TimeSpan LogWindow = TimeSpan.FromMinutes(1);

    private readonly Sweep[] _sweeps = [.. sweeps];
    private readonly SnapshotDecoder _decoder = new();
    private readonly LogThrottle[] _throttles =
        [.. Enumerable.Range(
            0, (int)Enum.GetValues<RejectReason>().Max() + 1).Select(_ => new LogThrottle(time, LogWindow))];

    /// <summary>Processes datagrams until cancelled, then drains the queue.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = time.CreateTimer(
            _ => queue.EnqueueTick(), null, LossDetector.SweepPeriodMin, Timeout.InfiniteTimeSpan);
        try
        {
            while (await queue.WaitAsync(cancellation))
            {
                timer.Change(Drain(), Timeout.InfiniteTimeSpan);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Drain();
        }
    }

    /// <summary>Processes what is in the queue, then does what is due.</summary>
    /// <returns>The time until something is due, if nothing arrives before.</returns>
    internal TimeSpan Drain()
    {
        // What arrived before this moment is in the queue, so it is applied before any node counts as silent.
        // What arrives meanwhile waits, so that the sweeps get their turn however much arrives.
        var now = time.GetTimestamp();
        for (var count = queue.Count; count > 0 && queue.TryDequeue(out var datagram); count--)
        {
            if (!datagram.IsTick)
            {
                Process(datagram);
            }

            queue.Return(datagram);
        }

        var due = long.MaxValue;
        foreach (var sweep in _sweeps)
        {
            due = Math.Min(due, sweep(now));
        }

        var wait = time.GetElapsedTime(time.GetTimestamp(), due);
        return wait < LossDetector.SweepPeriodMin ? LossDetector.SweepPeriodMin
            : wait > LossDetector.SweepPeriodMax ? LossDetector.SweepPeriodMax
            : wait;
    }

    /// <summary>Processes one datagram.</summary>
    internal void Process(ReceivedDatagram datagram)
    {
        if (RequestCookie.TryReadChallenge(datagram.Bytes, out var cookie))
        {
            TakeChallenge(datagram, cookie);
            return;
        }

        // The signature comes first, so that forged datagrams cost no decoding.
        if (keys.Verify(datagram.Bytes, out var signer) is { } forged)
        {
            Reject(forged, datagram);
            return;
        }

        var error = _decoder.Decode(datagram.Bytes, out var snapshot);
        if (error != DecodeError.None)
        {
            Reject((RejectReason)error, datagram);
            return;
        }

        if (keys.CheckSigner(snapshot!, signer) is { } untrusted)
        {
            Reject(untrusted, datagram);
            return;
        }

        switch (registry.Apply(snapshot!, datagram.Source, datagram.ReceivedTimestamp))
        {
            case ApplyOutcome.Accepted:
                metrics.DatagramsAccepted.Inc();
                metrics.ApplyDuration.Observe(
                    time.GetElapsedTime(datagram.ReceivedTimestamp), snapshot!, static snapshot => snapshot.Header);
                break;
            case ApplyOutcome.Duplicate:
                metrics.DatagramsDuplicate.Inc();
                break;
            case ApplyOutcome.OldRun:
                Reject(RejectReason.OldRun, datagram);
                break;
            case ApplyOutcome.TooOld:
                Reject(RejectReason.TooOld, datagram);
                break;
            case ApplyOutcome.AheadOfTime:
                Reject(RejectReason.AheadOfTime, datagram);
                break;
            case ApplyOutcome.TooManyNodes:
                Reject(RejectReason.TooManyNodes, datagram);
                break;
        }
    }

    private void TakeChallenge(ReceivedDatagram datagram, ulong cookie)
    {
        if (takeCookie(datagram.Source, cookie))
        {
            metrics.ChallengesReceived.Inc();
        }
        else
        {
            Reject(RejectReason.UnexpectedChallenge, datagram);
        }
    }

    private void Reject(RejectReason reason, ReceivedDatagram datagram)
    {
        metrics.DatagramsRejected[reason].Inc();
        if (_throttles[(int)reason].TryPass(out var suppressed))
        {
            Log.Rejected(logger, suppressed + 1, reason, SourceText.Format(datagram.Source), datagram.Length);
        }
    }
}
