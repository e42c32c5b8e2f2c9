using System.Net;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Readings;
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
    ILogger<IngestLoop> logger) : IDisposable
{
    /// <summary>
    /// One line a minute for each reason: the log shows that it continues, and a flood cannot fill it.
    /// </summary>
    private static readonly TimeSpan LogWindow = TimeSpan.FromMinutes(1);

    /// <summary>Datagrams that a receive thread processes itself:
    /// during a longer burst, it must go on receiving.</summary>
    private const int DirectMax = 8;

    /// <summary>Turns between two comparisons with the number of nodes.</summary>
    private const uint FitTurns = 64;

    private readonly Sweep[] _sweeps = [.. sweeps];
    private readonly SnapshotDecoder _decoder = new();
    private readonly RecentDatagrams _recent = new();
    private readonly ReceivedDatagram[] _batch = new ReceivedDatagram[DatagramBatch.CountMax];

    // The thread that holds it is the writer of node state.
    private readonly Lock _turn = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private ITimer? _timer;
    private uint _turns;
    private int _isWoken;
    private readonly LogThrottle[] _throttles =
        [.. Enumerable.Range(
            0, (int)Enum.GetValues<RejectReason>().Max() + 1).Select(_ => new LogThrottle(time, LogWindow))];

    /// <summary>Processes datagrams until cancelled, then drains the queue.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await using var timer = time.CreateTimer(
            _ => OnDue(), null, LossDetector.SweepPeriodMin, Timeout.InfiniteTimeSpan);
        _timer = timer;
        queue.Added = OnAdded;
        try
        {
            while (true)
            {
                // A thread that does not get the turn leaves what it added to the one that has it, which looks again.
                while (queue.Count > 0 && TryTakeTurn())
                {
                    // The next turn.
                }

                await _wake.WaitAsync(cancellation);
                Volatile.Write(ref _isWoken, 0);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            queue.Added = null;
            lock (_turn)
            {
                _timer = null;
                Drain();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _wake.Dispose();

    /// <summary>Processes what is in the queue, then does what is due.</summary>
    /// <returns>The time until something is due, if nothing arrives before.</returns>
    internal TimeSpan Drain()
    {
        // What arrived before this moment is in the queue, so it is applied before any node counts as silent.
        // What arrives meanwhile waits, so that the sweeps get their turn however much arrives.
        var now = time.GetTimestamp();
        for (var left = queue.Count; left > 0;)
        {
            var batch = _batch.AsSpan(0, queue.Dequeue(_batch.AsSpan(0, Math.Min(left, _batch.Length))));
            foreach (var datagram in batch)
            {
                Process(datagram);
            }

            queue.Return(batch);
            left = batch.IsEmpty ? 0 : left - batch.Length;
        }

        if (_turns++ % FitTurns == 0)
        {
            _recent.Fit(registry.Count);
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

    /// <summary>Processes a few datagrams on the thread that received them, which is awake already.
    /// More of them wake the loop, and the thread goes on receiving.</summary>
    private void OnAdded(int count)
    {
        for (var turn = 0; queue.Count > 0; turn++)
        {
            if (count > DirectMax || turn == DirectMax)
            {
                Wake();
                return;
            }

            if (!TryTakeTurn())
            {
                return;
            }
        }
    }

    private void OnDue()
    {
        TryTakeTurn();
        OnAdded(0);
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _isWoken, 1) == 0)
        {
            _wake.Release();
        }
    }

    /// <summary>Takes the turn, unless another thread has it, which then looks again for what was added meanwhile.
    /// </summary>
    private bool TryTakeTurn()
    {
        if (!_turn.TryEnter())
        {
            return false;
        }

        try
        {
            _timer?.Change(Drain(), Timeout.InfiniteTimeSpan);
        }
        finally
        {
            _turn.Exit();
        }

        return true;
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

        var hash = _recent.Hash(datagram.Bytes);
        var snapshot = FindCopy(hash);
        if (snapshot is null && _decoder.Decode(datagram.Bytes, out snapshot) is var error and not DecodeError.None)
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
                if (snapshot!.Header is { } header)
                {
                    _recent.Add(hash, header);
                }

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
            case ApplyOutcome.Incomplete:
                // It will be requested again: nothing to log.
                metrics.DatagramsRejected[RejectReason.Incomplete].Inc();
                break;
            case ApplyOutcome.TooManyNodes:
                Reject(RejectReason.TooManyNodes, datagram);
                break;
        }
    }

    /// <summary>Gets the identity of a datagram whose copy was accepted,
    /// if it belongs to the newest sample of its node: it is a duplicate then, of which nothing else is needed.
    /// </summary>
    private NodeSnapshot? FindCopy(ulong hash) =>
        _recent.TryFind(hash, out var node, out var run, out var sequence)
        && registry.FindNewest(node, run, sequence) is { } newest
            ? new NodeSnapshot
            {
                Hostname = newest.Hostname,
                Header = newest.Header,
                Signature = newest.Readings.Signature,
            }
            : null;

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
