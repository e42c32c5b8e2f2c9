using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>
/// Takes datagrams from the queue, decodes, validates and applies them, and sweeps for silent nodes: the single writer
/// of node state.
/// </summary>
/// <param name="queue">The datagrams.</param>
/// <param name="registry">The nodes.</param>
/// <param name="sweeps">Periodic sweeps, in this order, with everything applied that came before the
/// timestamp given.</param>
/// <param name="keys">Who is believed.</param>
/// <param name="metrics">The counters.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class IngestLoop(
    DatagramQueue queue,
    NodeRegistry registry,
    IReadOnlyList<Action<long>> sweeps,
    KeyStore keys,
    CollectorMetrics metrics,
    TimeProvider time,
    ILogger<IngestLoop> logger)
{
    /// <summary>
    /// One line a minute for each reason: a person sees that it goes on, a flood cannot fill the log.
    /// </summary>
    private static readonly TimeSpan LogWindow = TimeSpan.FromMinutes(1);

    private readonly SnapshotDecoder _decoder = new();
    private readonly LogThrottle[] _throttles =
        [.. Enumerable.Range(
            0, (int)Enum.GetValues<RejectReason>().Max() + 1).Select(_ => new LogThrottle(time, LogWindow))];

    /// <summary>Works until cancelled, then takes what still waits.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        // Ticks queue up behind the datagrams that came before them, so everyone is heard before anyone is called
        // silent.
        using var timer = time.CreateTimer(
            _ => queue.EnqueueTick(time.GetTimestamp()), null, LossDetector.SweepPeriod, LossDetector.SweepPeriod);
        try
        {
            while (await queue.WaitAsync(cancellation))
            {
                Drain();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Drain();
        }
    }

    /// <summary>Takes everything that waits now.</summary>
    internal void Drain()
    {
        while (queue.TryDequeue(out var datagram))
        {
            if (datagram.IsTick)
            {
                foreach (var sweep in sweeps)
                {
                    sweep(datagram.ReceivedTimestamp);
                }
            }
            else
            {
                Process(datagram);
            }

            queue.Return(datagram);
        }
    }

    /// <summary>Takes one datagram.</summary>
    internal void Process(ReceivedDatagram datagram)
    {
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

        if (!SnapshotValidator.TryAccept(snapshot!, out var reason))
        {
            Reject(reason, datagram);
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
                metrics.DatagramsAccepted.Add();
                break;
            case ApplyOutcome.Duplicate:
                metrics.DatagramsDuplicate.Add();
                break;
            case ApplyOutcome.OldRun:
                Reject(RejectReason.OldRun, datagram);
                break;
            case ApplyOutcome.TooOld:
                Reject(RejectReason.TooOld, datagram);
                break;
            case ApplyOutcome.TooManyNodes:
                Reject(RejectReason.TooManyNodes, datagram);
                break;
        }
    }

    private void Reject(RejectReason reason, ReceivedDatagram datagram)
    {
        metrics.DatagramsRejected[reason].Add();
        if (_throttles[(int)reason].TryPass(out var suppressed))
        {
            Log.Rejected(logger, suppressed + 1, reason, SourceText.Format(datagram.Source), datagram.Length);
        }
    }
}
